namespace Shop.WebApi.Conventions;

internal sealed partial class GrainCalls
{
    [LoggerMessage(LogLevel.Warning, "A call to {Grain} failed (attempt {Attempt}) and is repeated.")]
    private partial void LogRepeated(Exception fault, string grain, int attempt);

    [LoggerMessage(LogLevel.Error, "A call to {Grain} failed (attempt {Attempt}); the client is told to come back.")]
    private partial void LogGaveUp(Exception fault, string grain, int attempt);
}
