using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// Up to where everything is dealt with. Streams go at their own pace; the slowest would hold the position, and after a crash all that the others
/// had delivered meanwhile would come again. So the few that are far behind have positions of their own.
/// </summary>
internal sealed partial class OutboxBuffer
{
    /// <summary>How many ids (of events, and of all else that gets one) a stream may be behind the newest before it counts as late.</summary>
    public const long LateAfter = 10_000;

    private const int MostLate = 100;

    private long _newest;

    /// <summary>Where an earlier process left off: of the streams that were late then, what comes before it is still to be read.</summary>
    public long Inherited { get; set; }

    /// <summary>Null while it is not known what is to be delivered: what an earlier process left is still being read.</summary>
    public PositionWrite? Position()
    {
        lock (_gate)
        {
            // What lies behind the page that was read last is not known yet.
            var known = _recovering ? _position : _newest;
            if (known == 0 || known < Inherited)
                return null;

            var pending = _streams.Values.Where(stream => stream.DealtWith < known).OrderBy(stream => stream.DealtWith).ToList();
            var late = pending.TakeWhile(stream => stream.DealtWith < known - LateAfter).Take(MostLate).ToList();
            return new PositionWrite(
                _provider, Owner: null,
                pending.Count > late.Count ? pending[late.Count].DealtWith : known,
                // Two streams may have one name there: both begin where the one does that is further behind.
                late.Count == 0 ? null : late.GroupBy(stream => NameOf(stream.Id)).ToDictionary(same => same.Key, same => same.Min(stream => stream.DealtWith)));
        }
    }

    private static string NameOf(StreamId stream) => LateStreams.NameOf(stream.GetNamespace() ?? "", stream.GetKeyAsString());
}
