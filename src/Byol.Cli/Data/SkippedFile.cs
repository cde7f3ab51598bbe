namespace Byol.Cli.Data;

/// <summary>Why something in a folder is no image of the run.</summary>
internal enum SkippedKind
{
    /// <summary>An image, by its name or its content, that cannot be read.</summary>
    Unreadable,

    /// <summary>A file of another type.</summary>
    OtherType,

    /// <summary>A hidden name, or one that systems make for themselves.</summary>
    Hidden,

    /// <summary>A folder that may not be read.</summary>
    Forbidden,

    /// <summary>A link to what is in the folder under another name.</summary>
    Link,

    /// <summary>A picture that an evaluation has already under another name.</summary>
    Copy,
}

/// <summary>A file or folder that is no image of the run, and why.</summary>
internal sealed record SkippedFile(string File, SkippedKind Kind, string Reason);
