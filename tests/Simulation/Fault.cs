using System.Reflection;

namespace Shop.Simulation;

/// <summary>The names of what goes wrong in a run.</summary>
internal static class Fault
{
    public const string LostMessage = "message lost";
    public const string DoubledMessage = "message doubled";
    public const string LostAnswer = "answer lost";
    public const string LostWithItsSender = "message lost with its sender";
    public const string DoneInVain = "done when nobody waits any more";
    public const string EventTwice = "event delivered twice";
    public const string ToAZombie = "call reached a zombie";
    public const string CommitFailed = "commit failed";
    public const string CommitStoredButFailed = "commit stored but failed";
    public const string CommitStoredAfterFailing = "commit stored after failing";
    public const string CommitSurvived = "commit stored after its process died";
    public const string UnreadableRow = "row unreadable";
    public const string FullQueue = "queue full";
    public const string WriteConflict = "write conflicted";
    public const string CheckFailed = "version check failed";
    public const string StaleSettle = "stale row settled";
    public const string Death = "process killed";
    public const string DeathBetweenTurns = "process killed between turns";
    public const string Pause = "process stopped";
    public const string Zombie = "zombie";
    public const string WrongClock = "clock wrong";
    public const string SlowDisk = "disk slow";
    public const string DeafGateway = "gateway gone";
    public const string GatewayAnswerLost = "gateway's answer lost";
    public const string GatewayCallLost = "call of the gateway lost";
    public const string GatewayRefused = "gateway failed";
    public const string GatewayDoneButRefused = "gateway did it and failed";
    public const string GatewayMuchLater = "gateway did it much later";
    public const string GatewayTwice = "gateway was asked twice";
    public const string Deactivation = "activations ended";

    public static IEnumerable<string> All { get; } =
        [.. typeof(Fault).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!)];
}
