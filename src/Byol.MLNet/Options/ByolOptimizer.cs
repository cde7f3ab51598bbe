namespace Byol.MLNet;

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
    /// As <see cref="Sgd"/>, with the gradient of each weight tensor, decay included, scaled to
    /// <see cref="ByolOptimizationRecipe.TrustCoefficient"/>
    /// times the weights' norm (LARS, You et al. 2017); biases and batch norm are not scaled.
    /// </summary>
    Lars,
}
