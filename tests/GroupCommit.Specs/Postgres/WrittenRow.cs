using Orleans.Persistence.GroupCommit;

namespace GroupCommit.Specs.Postgres;

/// <summary>One row and the only one who writes it, one version after the other, whatever happens to the database.</summary>
internal sealed class WrittenRow(Store store, string key)
{
    public string Key => key;

    public long Version { get; private set; }

    public int Acknowledged { get; private set; }

    /// <summary>Writes that failed and were stored nevertheless.</summary>
    public int Ambiguous { get; private set; }

    /// <summary>Of all versions that are stored.</summary>
    public List<string> Events { get; } = [];

    public async Task Write(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Assert.True(await store.Commit(Store.Write(key, Version, outgoing: $"{key} {Version + 1}")), "Nobody else writes this row.");
                Acknowledged++;
                Stored();
            }
            catch (DurableStateLostException)
            {
                await LookUp();
            }
        }
    }

    private async Task LookUp()
    {
        long? found = null;
        await Eventually.Is(async () =>
        {
            try
            {
                found = (await store.Read(key))?.Version ?? 0;
            }
            catch (IOException)
            {
                // Still away.
            }

            return found is not null;
        }, "the row can be read again");
        Assert.InRange(found!.Value, Version, Version + 1);
        if (found == Version)
            return;

        Ambiguous++;
        Stored();
    }

    private void Stored()
    {
        Version++;
        Events.Add($"{key} {Version}");
    }
}
