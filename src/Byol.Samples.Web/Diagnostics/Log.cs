namespace Byol.Samples.Web.Diagnostics;

/// <summary>All that the service logs of its own.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Model {Model} is served: {Classes} classes, {Engines} engines.")]
    public static partial void ModelLoaded(this ILogger logger, string model, int classes, int engines);

    [LoggerMessage(2, LogLevel.Error, "Model {Model} is not served, and what was served stays: {Reason}")]
    public static partial void ModelRefused(this ILogger logger, string model, string reason);

    [LoggerMessage(7, LogLevel.Error, "Model {Model} is not served, and the service is not ready: {Reason}")]
    public static partial void FirstModelRefused(this ILogger logger, string model, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Model {Model} is not there yet: the service is not ready.")]
    public static partial void ModelMissing(this ILogger logger, string model);

    [LoggerMessage(4, LogLevel.Information, "A model that is no longer served was freed.")]
    public static partial void ModelFreed(this ILogger logger);

    [LoggerMessage(5, LogLevel.Information, "{Method} {Path} was refused with {Status}: {Reason}")]
    public static partial void Refused(this ILogger logger, string method, string path, int status, string reason);

    [LoggerMessage(6, LogLevel.Error, "{Method} {Path} failed.")]
    public static partial void Failed(this ILogger logger, Exception exception, string method, string path);
}
