using System.Reflection;
using System.Runtime.Loader;
using Mono.Cecil;
using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLTorchSharp.Tests;

/// <summary>
/// A copy of Microsoft.ML.TorchSharp in memory whose calls of five members go to <see cref="Replacements"/>: what a
/// package built with today's TorchSharp would do.
/// </summary>
public static class RewrittenPackage
{
    public static Assembly Load()
    {
        using var module = ModuleDefinition.ReadModule(OtherPackage.Assembly.Location);
        var replaced = 0;
        var methods = module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);
        foreach (var instruction in methods.SelectMany(method => method.Body.Instructions))
        {
            if (instruction.Operand is MethodReference called && Replacement(called) is { } replacement)
            {
                instruction.Operand = module.ImportReference(replacement);
                replaced++;
            }
        }
        Assert.AreEqual(6, replaced);
        using var stream = new MemoryStream();
        module.Write(stream);
        stream.Position = 0;
        return new AssemblyLoadContext("rewritten").LoadFromStream(stream);
    }

    private static MethodInfo? Replacement(MethodReference called) => called.DeclaringType.FullName switch
    {
        "TorchSharp.torch/nn/functional" when called.Name == "interpolate" => Find(nameof(Replacements.Interpolate)),
        "TorchSharp.torch/nn/init" => Find(called.Name switch
        {
            "xavier_uniform_" => nameof(Replacements.XavierUniform),
            "constant_" => nameof(Replacements.Constant),
            "normal_" => nameof(Replacements.Normal),
            "zeros_" => nameof(Replacements.Zeros),
            _ => "",
        }),
        _ => null,
    };

    private static MethodInfo? Find(string name) => typeof(Replacements).GetMethod(name);

    /// <summary>Members as TorchSharp 0.102.7 had them: an initialiser gave a handle of its own.</summary>
    public static class Replacements
    {
        public static Tensor Interpolate(
            Tensor x, long[]? size, double[]? scale, InterpolationMode mode, bool? alignCorners, bool recomputeScale) =>
            nn.functional.interpolate(x, size, scale, mode, alignCorners, recomputeScale, antialias: false);

        public static Tensor XavierUniform(Tensor tensor, double gain) => nn.init.xavier_uniform_(tensor, gain).alias();

        public static Tensor Constant(Tensor tensor, Scalar value) => nn.init.constant_(tensor, value).alias();

        public static Tensor Normal(Tensor tensor, double mean, double deviation, Generator? generator) =>
            nn.init.normal_(tensor, mean, deviation, generator).alias();

        public static Tensor Zeros(Tensor tensor) => nn.init.zeros_(tensor).alias();
    }
}
