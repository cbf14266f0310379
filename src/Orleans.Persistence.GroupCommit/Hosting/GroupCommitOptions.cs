namespace Orleans.Persistence.GroupCommit;

/// <summary>How grain state is stored: in SQLite or in PostgreSQL, by which of the first two is set. Validated when the silo starts.</summary>
public sealed class GroupCommitOptions
{
    /// <summary>The SQLite database file; its folder is created. One process at a time: a second one gets a clear error.</summary>
    public string DatabasePath { get; set; } = "";

    /// <summary>
    /// The PostgreSQL database (15 or later), as Npgsql writes it. Any number of silos share it; rows belong to the ServiceId. The connection must be to
    /// the server itself or through a pooler that pools sessions.
    /// </summary>
    [Redact]
    public string ConnectionString { get; set; } = "";

    /// <summary>Creates or upgrades the schema when the silo starts. Default true.</summary>
    public bool ApplySchemaAtStart { get; set; } = true;

    /// <summary>
    /// Who else may use the database. Default: silos of other services, too. With anything else, silos of another ServiceId or ClusterId are refused
    /// before they write anything or join a cluster.
    /// </summary>
    public GroupCommitSharing Sharing { get; set; }

    /// <summary>How many grains' writes may go into one transaction. Default 512. Larger: fewer flushes, longer transactions.</summary>
    public int MaximumBatch { get; set; } = 512;

    /// <summary>How many writes may wait for the database before writers have to wait. Default 16,384. Each keeps its state in memory.</summary>
    public int QueueCapacity { get; set; } = 16_384;

    /// <summary>
    /// How long a writer waits for room in a full queue, and what is to be written for a connection to a database that went away, before it fails. Default 10 s.
    /// </summary>
    public TimeSpan EnqueueTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long SQLite waits for a lock that another connection holds (a backup, a shell). Default 5 s.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a PostgreSQL statement may wait for a row that another session has locked. Default 500 ms. Its batch waits with it, and is then
    /// divided until the row alone fails: at most some ten times this.
    /// </summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a PostgreSQL statement may take. Default 10 s. Too short: large batches on a slow disk never succeed.</summary>
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a starting silo waits for what a PostgreSQL database may get yet: the server, the database, the role and its rights, and the tables where it
    /// does not apply the schema itself. Default zero: it fails at once.
    /// </summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// How often PostgreSQL is asked for what other processes have appended to logs, by one query for all who wait, and only while somebody
    /// waits or a projection runs here. Default 250 ms. What this process appends is known at once.
    /// </summary>
    public TimeSpan LogPollInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How old entries of logs become, of all logs: older ones are dropped once every stream provider and every projection has gone past
    /// them. Default null: all are kept. What is dropped is in no history, and no projection that is made anew can count it. Its place is
    /// free again: keep entries for longer than anybody may repeat an append, a broker or a caller, an hour at least.
    /// </summary>
    public TimeSpan? LogRetention { get; set; }

    /// <summary>How often armed messages are looked for. Default 250 ms: their precision.</summary>
    public TimeSpan SchedulePollInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many due messages are called at once. Default 256.</summary>
    public int ScheduleConcurrency { get; set; } = 256;

    /// <summary>The first pause after a failed scheduled call; it doubles with every failure. Default 1 s.</summary>
    public TimeSpan ScheduleRetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause after failed scheduled calls. Default 5 min.</summary>
    public TimeSpan ScheduleRetryLimit { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a scheduled call may take before its place is given to another and the message comes again, as after a failure.
    /// Default 30 s. Too short: a grain that is merely slow gets the same message while it still works on it.
    /// </summary>
    public TimeSpan ScheduleCallTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
