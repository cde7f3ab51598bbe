using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Teaching;

/// <summary>A network that was trained before, ready to look at images.</summary>
internal interface ITeacher : IDisposable
{
    /// <summary>Its output for each image of a batch, N×3×S×S and normalised: N×D.</summary>
    Tensor Look(Tensor images);
}
