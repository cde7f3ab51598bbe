using Byol.Samples;

if (args is not [var name] || Sample.All.FirstOrDefault(sample => sample.Name == name) is not { } chosen)
{
    Console.WriteLine("Usage: dotnet run --project src/Byol.Samples NAME");
    foreach (var sample in Sample.All)
    {
        Console.WriteLine($"  {sample.Name}: {sample.About}");
    }
    return args.Length == 0 ? 0 : 2;
}
var folder = Directory.CreateTempSubdirectory("byol-samples-");
DrawnPhotos.WriteTo(folder.FullName);
Environment.CurrentDirectory = folder.FullName;
chosen.Run();
Console.WriteLine($"What it wrote is in '{folder.FullName}'.");
return 0;
