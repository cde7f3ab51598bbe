namespace Byol.MLNet.Pretraining.Methods.Taught;

/// <summary>Images that the teacher has looked at, and its output for each of them.</summary>
internal sealed record TaughtImages(int[] Images, IReadOnlyList<float[]> Outputs);
