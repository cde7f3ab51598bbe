namespace Byol.Architecture.Tests;

internal static class Faults
{
    /// <summary>Fails with all of the faults, one a line, where there is one.</summary>
    public static void AssertNone<T>(IEnumerable<T> faults)
    {
        var list = faults.ToList();
        Assert.IsEmpty(list, Environment.NewLine + string.Join(Environment.NewLine, list));
    }
}
