using System.CommandLine;

namespace Byol.Benchmarks.Scaling;

/// <summary><c>scaling</c>: the model's table for figures that were measured on one node.</summary>
internal static class ScalingCommand
{
    private static readonly double[] Gigabits = [1, 10, 100];

    public static Command Create()
    {
        var step = new Option<double>("--step-seconds") { Description = "A step on one node.", Required = true };
        var parameters = new Option<double>("--parameters")
        {
            Description = "Trained values, in millions; each is four bytes of gradients.",
            Required = true,
        };
        var latency = new Option<double>("--latency")
        {
            Description = "Microseconds of a message between two nodes.",
            DefaultValueFactory = _ => 30,
        };
        var command = new Command("scaling", "Efficiency on 2 to 64 nodes, on paper.") { step, parameters, latency };
        command.SetAction(result =>
        {
            var model = new ScalingModel(
                result.GetValue(step),
                result.GetValue(parameters) * 1e6 * sizeof(float),
                result.GetValue(latency) * 1e-6);
            foreach (var line in model.Table(Gigabits))
            {
                Console.WriteLine(line);
            }
        });
        return command;
    }
}
