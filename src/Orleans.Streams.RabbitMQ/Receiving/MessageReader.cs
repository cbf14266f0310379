using Orleans.Streams.RabbitMQ.Authentication;
using Orleans.Streams.RabbitMQ.Wire;

namespace Orleans.Streams.RabbitMQ.Receiving;

/// <summary>Makes events of a message that nobody has looked at yet. Believes nothing, never throws. Thread-safe.</summary>
/// <param name="format">How events look.</param>
/// <param name="keys">Null: messages are not checked.</param>
/// <param name="unproven">What becomes of those that prove nothing.</param>
/// <param name="metrics">Counts them.</param>
internal sealed class MessageReader(IRabbitMqWireFormat format, IRabbitMqMessageKeys? keys, RabbitMqUnproven unproven, StreamMetrics metrics)
{
    private static readonly WireEvents Nothing = new([]);

    /// <returns>False: it is to be put aside.</returns>
    public bool TryRead(ReceivedMessage message, out StreamId stream, out WireEvents events, out Refusal refusal)
    {
        (stream, events, refusal) = (default, Nothing, default);
        try
        {
            var authenticity = RabbitMqAuthenticity.NotChecked;
            // First of all: what is forged is not even read.
            if (keys is not null && !IsAdmitted(MessageDigest.Verify(keys.Current, message.Properties, message.Body), out authenticity, out refusal))
                return false;

            var named = WireHeaders.ReadStream(message.Properties.Headers);
            events = format.Read(Envelope.MessageOf(message.Properties, message.Body, authenticity));
            stream = named;
            return true;
        }
        catch (RabbitMqWireException e)
        {
            refusal = new Refusal("unreadable", e.Message, e.InnerException);
        }
        catch (Exception e)
        {
            // A format of one's own may throw anything; its message must not be lost, and those behind it must not wait.
            refusal = new Refusal("unreadable", $"It cannot be read: {e.GetType().Name}: {e.Message}", e);
        }

        return false;
    }

    private bool IsAdmitted(Verdict verdict, out RabbitMqAuthenticity authenticity, out Refusal refusal)
    {
        (authenticity, refusal) = (RabbitMqAuthenticity.Proven, default);
        if (verdict.Kind == VerdictKind.Proven)
            return true;

        if (verdict.Kind == VerdictKind.Forged)
        {
            refusal = new Refusal("forged", verdict.Reason!);
            return false;
        }

        authenticity = RabbitMqAuthenticity.Unproven;
        metrics.Unproven();
        if (unproven == RabbitMqUnproven.HandOn)
            return true;

        refusal = new Refusal("unproven", verdict.Reason!);
        return false;
    }
}

/// <summary>Why a message is put aside before anybody gets it.</summary>
/// <param name="Kind">As metrics name it.</param>
/// <param name="Reason">One sentence.</param>
/// <param name="Exception">What stands behind it.</param>
internal readonly record struct Refusal(string Kind, string Reason, Exception? Exception = null);
