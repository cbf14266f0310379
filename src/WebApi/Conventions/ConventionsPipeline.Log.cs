namespace Shop.WebApi.Conventions;

internal sealed partial class ConventionsPipeline
{
    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed (correlation {Correlation}).")]
    private partial void LogFailed(Exception fault, string method, string path, string correlation);
}
