
namespace Byol.MLNet;

/// <summary>How a ResNet begins: it decides how much of a small picture is left for the later layers, and the cost.</summary>
public enum ByolStem
{
    /// <summary>torchvision's: 7x7 convolution with stride 2, then 3x3 max-pooling with stride 2. Made for 224 px.</summary>
    Standard,

    /// <summary>3x3 convolution with stride 2, no pooling: 3.75 times the standard stem's cost at 32 px.</summary>
    Conv3x3Stride2,

    /// <summary>3x3 convolution with stride 1, no pooling: 15 times the standard stem's cost at 32 px.</summary>
    Conv3x3Stride1,
}

/// <summary>The optimiser of the online network.</summary>
public enum ByolOptimizer
{
    /// <summary>Adam; weight decay, where set, is added to the gradient.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay.</summary>
    AdamW,

    /// <summary>Stochastic gradient descent with momentum; weight decay, where set, is added to the gradient.</summary>
    Sgd,

    /// <summary>
    /// As <see cref="Sgd"/>, with the gradient of each weight tensor, decay included, scaled to <see cref="ByolOptions.TrustCoefficient"/>
    /// times the weights' norm (LARS, You et al. 2017); biases and batch norm are not scaled.
    /// </summary>
    Lars,
}

/// <summary>How the learning rate moves over the run; a pure function of the step.</summary>
public enum ByolLearningRateSchedule
{
    /// <summary>One cycle (Smith and Topin 2017): cosine from maximum/<see cref="ByolOptions.StartDivisor"/> to the maximum, then to maximum/<see cref="ByolOptions.EndDivisor"/>.</summary>
    OneCycle,

    /// <summary>Linear warm-up to the maximum, then cosine to 0 (Grill et al. 2020, section 3.3).</summary>
    WarmupCosine,
}

/// <summary>How τ, the target network's decay rate, moves over the run; a pure function of the step.</summary>
public enum ByolTauSchedule
{
    /// <summary>From <see cref="ByolOptions.Tau"/> to 1 along a half cosine over the whole run (Grill et al. 2020, section 3.3).</summary>
    Cosine,

    /// <summary>Linear from <see cref="ByolOptions.Tau"/> to <see cref="ByolOptions.TauEnd"/> over <see cref="ByolOptions.TauSteps"/> steps, then constant.</summary>
    Linear,
}

/// <summary>Number format of activations and matrix products in training. Weights, averages, statistics and loss are always 32-bit.</summary>
public enum ByolPrecision
{
    /// <summary>BFloat16 where the processor or GPU computes it natively, else Float32; the log says which.</summary>
    Auto,

    /// <summary>32-bit throughout: reproducible bit for bit on a CPU, for the same number of threads.</summary>
    Float32,

    /// <summary>16-bit brain floating point.</summary>
    BFloat16,
}

/// <summary>What happens when a row's image is missing, corrupt or truncated.</summary>
public enum ByolUnreadableImage
{
    /// <summary>Training leaves the image out, counts it and names it in the log. Transform cannot drop a row, so there it throws.</summary>
    Skip,

    /// <summary>Training and Transform throw an <see cref="InvalidOperationException"/> that names the path and the row.</summary>
    Throw,

    /// <summary>Training leaves the image out; Transform gives a vector of NaN for it.</summary>
    NaN,
}

/// <summary>What a cancelled <see cref="ByolOptions.CancellationToken"/> does to a running fit.</summary>
public enum ByolCancellation
{
    /// <summary>The fit ends after the current step and returns the encoder trained so far; it throws an
    /// <see cref="OperationCanceledException"/> where no step was taken.</summary>
    KeepTrained,

    /// <summary>The fit throws an <see cref="OperationCanceledException"/>.</summary>
    Throw,
}
