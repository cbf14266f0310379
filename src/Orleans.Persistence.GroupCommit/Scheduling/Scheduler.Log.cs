using Microsoft.Extensions.Logging;

namespace Orleans.Persistence.GroupCommit.Scheduling;

internal sealed partial class Scheduler
{
    [LoggerMessage(1, LogLevel.Warning, "Scheduled message {Name} of {Target} failed at attempt {Attempt}; it comes again in {Pause}")]
    private partial void LogCallFailed(Exception error, string name, string target, int attempt, TimeSpan pause);

    [LoggerMessage(2, LogLevel.Warning, "What became of scheduled message {Name} of {Target} could not be stored; it comes again")]
    private partial void LogNotSettled(Exception error, string name, string target);

    [LoggerMessage(3, LogLevel.Error, "Due messages cannot be read; trying again")]
    private partial void LogReadFailed(Exception error);

    [LoggerMessage(4, LogLevel.Warning, "The silo stops while {Count} scheduled calls are unfinished; they are repeated after the next start")]
    private partial void LogNotFinished(int count);

    [LoggerMessage(5, LogLevel.Error, "Delivering due messages failed; those not delivered yet follow with the next poll")]
    private partial void LogLookFailed(Exception error);

    [LoggerMessage(6, LogLevel.Warning, "What became of scheduled message {Name} of {Target} could not be stored; tried again in {Pause}: {Fault}")]
    private partial void LogSettlingAgain(string name, string target, TimeSpan pause, string fault);
}
