using System.Diagnostics;
using RabbitMQ.Client.Events;
using Shop.Benches.Micro.Closed;

namespace Shop.Benches.Micro.Streams.Publish;

/// <summary>
/// What one round of the bare client has sent, and what of it is confirmed: in any order, one by one or many at once. One task sends, the
/// connection's reader confirms.
/// </summary>
/// <param name="inFlight">How many may be unconfirmed.</param>
/// <param name="first">The number that the channel gives to the next message.</param>
internal sealed class ConfirmBook(int inFlight, ulong first) : IDisposable
{
    private readonly SemaphoreSlim _room = new(inFlight);
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, long> _sentAt = new(inFlight);
    private ulong _oldest = first;
    private ulong _next = first;
    private string? _fault;

    public List<Ended> Ended { get; } = [];

    /// <summary>Waits for room; then the next message is sent.</summary>
    public async Task Next()
    {
        await TakeRoom();
        lock (_gate)
            _sentAt.Add(_next++, Stopwatch.GetTimestamp());
    }

    /// <summary>Ends when everything is confirmed.</summary>
    public async Task All()
    {
        for (var n = 0; n < inFlight; n++)
            await TakeRoom();
    }

    public Task Acked(object sender, BasicAckEventArgs ack)
    {
        var now = Stopwatch.GetTimestamp();
        var count = 0;
        lock (_gate)
        {
            for (var tag = ack.Multiple ? _oldest : ack.DeliveryTag; tag <= ack.DeliveryTag; tag++)
            {
                if (!_sentAt.Remove(tag, out var sentAt))
                    continue;

                Ended.Add(new Ended(now, now - sentAt));
                count++;
            }

            while (_oldest < _next && !_sentAt.ContainsKey(_oldest))
                _oldest++;
        }

        if (count > 0)
            _room.Release(count);
        return Task.CompletedTask;
    }

    public Task Refused(object sender, BasicNackEventArgs nack) => Fail("The broker has refused a message of the bare client.");

    public Task Returned(object sender, BasicReturnEventArgs returned) => Fail($"The broker has returned a message of the bare client: {returned.ReplyText}.");

    public void Dispose() => _room.Dispose();

    private async Task TakeRoom()
    {
        await _room.WaitAsync();
        if (Volatile.Read(ref _fault) is { } fault)
            throw new InvalidOperationException(fault);
    }

    private Task Fail(string fault)
    {
        Volatile.Write(ref _fault, fault);
        _room.Release();
        return Task.CompletedTask;
    }
}
