using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace Byol.Cli.Labelling.Web;

/// <summary>The page's own files, which the program holds.</summary>
internal static class PageFile
{
    private const string Folder = "LabelPage/";
    private const string Page = "label.html";

    private static readonly HashSet<string> Names = [.. Assembly.GetExecutingAssembly().GetManifestResourceNames()];

    /// <summary>Whether a path needs no token: styles and scripts, which hold nothing of anybody's.</summary>
    public static bool IsOpen(PathString path) =>
        path.Value is ['/', .. var name] && name != Page && Find(name) is not null;

    /// <summary>Answers with a file.</summary>
    public static IResult Get(string? name) => Find(name ?? Page) is { } resource
        ? Results.Stream(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!, TypeOf(resource))
        : throw new RequestException(RequestException.NotFound, "There is no such page.");

    private static string? Find(string name) => Names.Contains(Folder + name) ? Folder + name : null;

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        _ => "text/javascript; charset=utf-8",
    };
}
