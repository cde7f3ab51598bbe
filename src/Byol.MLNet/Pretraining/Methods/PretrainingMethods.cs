using Byol.MLNet.Pretraining.Methods.Byol;

namespace Byol.MLNet.Pretraining.Methods;

/// <summary>The method that a recipe asks for.</summary>
internal static class PretrainingMethods
{
    public static IPretrainingMethod Create(MethodSetup setup) => ByolMethod.Create(setup);
}
