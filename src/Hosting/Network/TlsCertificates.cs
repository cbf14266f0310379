namespace Shop.Hosting.Network;

/// <summary>
/// The certificates as the files have them now, so that they can be replaced without a restart: looked at when a connection is made, every few seconds at most. Files that are of no use,
/// as they are for a moment while somebody replaces one after the other, change nothing.
/// </summary>
internal sealed partial class TlsCertificates(TlsFiles files, TimeProvider time, ILogger<TlsCertificates> log)
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private TlsMaterial current = files.Load(Now);
    private long lookedAt = time.GetTimestamp();
    private string? fault;

    // The machine's, as in handshakes: that of the process goes with the database.
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>For the handshake that is about to begin.</summary>
    public TlsMaterial Current
    {
        get
        {
            lock (gate)
            {
                if (time.GetElapsedTime(lookedAt) >= LookEvery)
                    Look();
                return current;
            }
        }
    }

    private void Look()
    {
        lookedAt = time.GetTimestamp();
        try
        {
            // By content, not by time: Kubernetes replaces a link above the files, whose own times then tell nothing.
            var texts = files.Read();
            if (texts != current.Texts)
            {
                current = files.Load(texts, Now);
                LogReloaded(current.Subject, current.NotAfter.ToUniversalTime());
                fault = null;
            }
            else if (Now > current.NotAfter)
            {
                Warn($"The certificate of {current.Subject} expired on {current.NotAfter.ToUniversalTime():u}.");
            }
            else
            {
                fault = null;
            }
        }
        catch (TlsException refused)
        {
            Warn(refused.Message);
        }
    }

    // Once for each fault, not for each connection.
    private void Warn(string found)
    {
        if (found == fault)
            return;
        fault = found;
        LogKept(found, current.Subject, current.NotAfter.ToUniversalTime());
    }

    [LoggerMessage(1, LogLevel.Information, "New certificates have been read; that of {Subject} is valid until {NotAfter:u}. New connections use them.")]
    private partial void LogReloaded(string subject, DateTimeOffset notAfter);

    [LoggerMessage(2, LogLevel.Warning, "{Fault} New connections go on with what was read before: the certificate of {Subject}, valid until {NotAfter:u}.")]
    private partial void LogKept(string fault, string subject, DateTimeOffset notAfter);
}
