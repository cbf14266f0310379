using Orleans.Persistence.GroupCommit.Storage;

namespace Orleans.Persistence.GroupCommit.Outbox;

/// <summary>
/// Up to where everything is dealt with. Streams go at their own pace; the slowest would hold the position, and after a crash all that the others
/// had delivered meanwhile would come again. So the few that are far behind have positions of their own.
/// </summary>
internal sealed partial class OutboxBuffer
{
    /// <summary>How many ids a stream may be behind the newest before it counts as late.</summary>
    public const long LateAfter = 10_000;

    private const int MostLate = 100;

    private long _newest;

    /// <summary>Null while it is not known what is to be delivered: what an earlier process left is still being read.</summary>
    public PositionWrite? Position()
    {
        lock (_gate)
        {
            if (_recovering || _newest == 0)
                return null;

            var pending = _streams.Values.Where(stream => stream.DealtWith < _newest).OrderBy(stream => stream.DealtWith).ToList();
            var late = pending.TakeWhile(stream => stream.DealtWith < _newest - LateAfter).Take(MostLate).ToList();
            return new PositionWrite(
                _provider, Owner: null,
                pending.Count > late.Count ? pending[late.Count].DealtWith : _newest,
                late.Count == 0 ? null : late.ToDictionary(stream => NameOf(stream.Id), stream => stream.DealtWith));
        }
    }

    private static string NameOf(StreamId stream) => LateStreams.NameOf(stream.GetNamespace() ?? "", stream.GetKeyAsString());
}
