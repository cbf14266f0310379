namespace Shop.Simulation;

/// <summary>The names of what goes wrong in a run.</summary>
internal static class Fault
{
    public const string LostMessage = "message lost";
    public const string DoubledMessage = "message doubled";
    public const string LostAnswer = "answer lost";
    public const string FailedCommit = "commit failed or ambiguous";
    public const string UnreadableRow = "row unreadable";
    public const string FullQueue = "queue full";
    public const string Conflict = "commit conflicted";
    public const string Death = "process killed";
    public const string DeathBetweenTurns = "process killed between turns";
    public const string Pause = "process stopped";
    public const string Zombie = "zombie";
    public const string WrongClock = "clock wrong";
    public const string SlowDisk = "disk slow";
    public const string DeafGateway = "gateway gone";
    public const string GatewayFault = "gateway call disturbed";
    public const string Deactivation = "activations ended";
}
