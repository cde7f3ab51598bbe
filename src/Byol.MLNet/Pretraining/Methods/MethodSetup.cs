using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining.Methods.Taught;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Methods;

/// <summary>What a method is made from.</summary>
/// <param name="Recipe">The run's recipe.</param>
/// <param name="Architecture">The encoder's layers.</param>
/// <param name="ViewSides">The sides that views may have: how a layer computes best depends on its pictures'
/// size.</param>
/// <param name="Compute">float32 or bfloat16 (float64 in tests).</param>
/// <param name="Device">Where the tensors live.</param>
/// <param name="Seed">Of the weights that it starts from.</param>
/// <param name="Clock">Measures the parts of a step.</param>
/// <param name="Sides">Looks at both views of a batch at once.</param>
internal sealed record MethodSetup(
    ByolRecipe Recipe,
    EncoderArchitecture Architecture,
    IReadOnlyList<int> ViewSides,
    ScalarType Compute,
    Device Device,
    int Seed,
    PhaseClock Clock,
    SideBySide Sides)
{
    /// <summary>The processes that batch norm takes its statistics over; null is this one alone.</summary>
    public IByolCollective? Synchronized { get; init; }

    /// <summary>What the teacher makes of the images, where the recipe has one.</summary>
    public TaughtImages? Taught { get; init; }
}
