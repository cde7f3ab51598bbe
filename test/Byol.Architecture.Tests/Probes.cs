namespace Byol.Architecture.Tests.Probes;

internal class Base;
internal sealed class Held;
internal sealed class Taken;
internal sealed class Given;
internal sealed class Argument;
internal abstract class Constraint;
internal sealed class Made;
internal sealed class MadeInLambda;
internal sealed class MadeLater;
internal sealed class Listed;
internal sealed class Caught : Exception;
[AttributeUsage(AttributeTargets.All)]
internal sealed class MarkedAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;
}
internal sealed class Named;

internal static class Called
{
    public static void Run()
    {
    }
}

/// <summary>Uses the others, each in another way.</summary>
internal sealed class User : Base
{
    public static readonly string[] Expected =
    [
        "Base in its declaration", "Held in Field", "Taken in Method", "Given in Method", "Argument in Method",
        "Constraint in Method", "Made in Body", "MadeInLambda in Body", "MadeLater in Iterate", "Listed in Body",
        "Caught in Body", "MarkedAttribute in Body", "Named in Body", "Called in Body",
    ];

    public Held? Field = new();

    public static Given? Method<T>(Taken[] taken, List<Argument> argument)
        where T : Constraint =>
        taken.Length + argument.Count > 0 ? null : new Given();

    [Marked(typeof(Named))]
    public static object Body()
    {
        try
        {
            Called.Run();
            Func<object> make = () => new MadeInLambda();
            return new object[] { new Made(), make, typeof(Listed) };
        }
        catch (Caught)
        {
            return 0;
        }
    }

    public static IEnumerable<object> Iterate()
    {
        yield return new MadeLater();
    }
}
