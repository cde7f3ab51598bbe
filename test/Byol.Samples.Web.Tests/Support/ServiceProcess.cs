using System.Diagnostics;
using System.Reflection;
using Byol.MLNet.Tests;

namespace Byol.Samples.Web.Tests.Support;

/// <summary>The service as it is deployed, in a process of its own.</summary>
internal static class ServiceProcess
{
    /// <summary>Where it was built.</summary>
    public static string Folder { get; } = FindFolder();

    public static Process Start(params string[] settings) => Process.Start(new ProcessStartInfo(
        "dotnet",
        [
            Path.Combine(Folder, "Byol.Samples.Web.dll"),
            $"--contentRoot={Folder}",
            $"--Model:Path={ModelFiles.First}",
            "--urls=http://127.0.0.1:0",
            .. settings,
        ])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static string FindFolder()
    {
        var configuration = typeof(ServiceProcess).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "Configuration").Value!;
        return Path.Combine(Checkout.Root, "src", "Byol.Samples.Web", "bin", configuration, "net10.0");
    }
}
