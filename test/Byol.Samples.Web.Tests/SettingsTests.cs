using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Byol.Samples.Web.Tests;

[TestClass]
public class SettingsTests
{
    [TestMethod]
    [DataRow("Model:Path", "", "Model:Path is missing")]
    [DataRow("Model:PollInterval", "00:00:00", "Model:PollInterval is a time from")]
    [DataRow("Engines:Count", "0", "Engines:Count is a number from 1 to 256")]
    [DataRow("Engines:QueueLength", "0", "Engines:QueueLength is a number from 1 to 10000")]
    [DataRow("Engines:BatchSize", "129", "Engines:BatchSize is a number from 1 to 128")]
    [DataRow("Uploads:MaxBytes", "-1", "Uploads:MaxBytes is a number from 1")]
    [DataRow("Uploads:MaxPixels", "0", "Uploads:MaxPixels is a number from 1")]
    [DataRow("Uploads:Timeout", "00:00:00", "Uploads:Timeout is a time from")]
    [DataRow("Uploads:MinBytesPerSecond", "0", "Uploads:MinBytesPerSecond is a number from 1")]
    [DataRow("Uploads:MaxConnections", "0", "Uploads:MaxConnections is a number from 1")]
    public void AWrongSettingEndsTheStartWithASentence(string name, string value, string sentence)
    {
        var settings = new Dictionary<string, string?> { ["Model:Path"] = "model.zip", [name] = value };
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddPredictions();
        using var provider = services.BuildServiceProvider();
        var exception = Assert.ThrowsExactly<OptionsValidationException>(
            provider.GetRequiredService<IStartupValidator>().Validate);
        Assert.Contains(sentence, exception.Message);
    }
}
