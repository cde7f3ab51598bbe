using Byol.MLNet.Pretraining.Methods.Byol;
using Byol.MLNet.Pretraining.Methods.Taught;

namespace Byol.MLNet.Pretraining.Methods;

/// <summary>The method that a recipe asks for.</summary>
internal static class PretrainingMethods
{
    public static IPretrainingMethod Create(MethodSetup setup) => setup.Recipe.Method switch
    {
        ByolPretrainingMethod.Taught => new TaughtMethod(setup, setup.Taught!),
        _ => ByolMethod.Create(setup),
    };
}
