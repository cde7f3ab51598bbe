using Byol.Samples.Web.Tests.Support;

namespace Byol.Samples.Web.Tests;

/// <summary>The service as it is deployed: its own folder and nothing else.</summary>
[TestClass]
public class AloneTests
{
    [TestMethod]
    public void ItsFolderHasNeitherThisLibraryNorLibtorch()
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(ServiceProcess.Folder, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetFileName(file).ToUpperInvariant()),
        ];
        Assert.Contains("MICROSOFT.ML.ONNXTRANSFORMER.DLL", files);
        foreach (var part in new[] { "BYOL.MLNET", "TORCH" })
        {
            Assert.IsEmpty(files.Where(file => file.Contains(part, StringComparison.Ordinal)));
        }
    }

    [TestMethod]
    public async Task ItPredictsFromThere()
    {
        using var process = ServiceProcess.Start();
        try
        {
            var address = await Find(process.StandardOutput, "Now listening on: ");
            _ = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            using var client = new HttpClient { BaseAddress = new Uri(address) };
            while (!(await client.GetAsync("/health/ready")).IsSuccessStatusCode)
            {
                await Task.Delay(50);
            }
            var answer = await client.Predict(File.ReadAllBytes(ModelFiles.Pictures[0]));
            Assert.HasCount(3, (await answer.ReadPrediction()).Scores);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    private static async Task<string> Find(StreamReader output, string text)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line[(line.IndexOf(text, StringComparison.Ordinal) + text.Length)..];
            }
        }
        throw new AssertFailedException($"The service ended without '{text}'.");
    }
}
