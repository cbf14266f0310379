using System.Text;
using Orleans.Streams.RabbitMQ.Connections;

namespace Orleans.Streams.RabbitMQ;

/// <summary>Names every wrong setting before anything is connected.</summary>
internal sealed class RabbitMqStreamOptionsValidator(string name, RabbitMqStreamOptions options) : IConfigurationValidator
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public void ValidateConfiguration()
    {
        var faults = Faults().Select(fault => $"RabbitMQ stream provider '{name}': {fault}.").ToList();
        if (faults.Count > 0)
            throw new OrleansConfigurationException(string.Join(Environment.NewLine, faults));
    }

    private IEnumerable<string> Faults() => [.. OfConnection(), .. OfTopology(), .. OfPublishing(), .. OfReceiving()];

    private IEnumerable<string> OfConnection()
    {
        if (AddressFault() is { } fault)
            yield return $"{nameof(options.ConnectionString)} {fault}";
        if (options.Heartbeat < TimeSpan.FromSeconds(1) || options.Heartbeat > TimeSpan.FromMinutes(10))
            yield return $"{nameof(options.Heartbeat)} is {options.Heartbeat}; it must be from 1 s to 10 min";
        if (!IsLimit(options.ConnectTimeout))
            yield return $"{nameof(options.ConnectTimeout)} is {options.ConnectTimeout}; it must be more than zero and at most a day";
        if (options.StartTimeout < TimeSpan.Zero && options.StartTimeout != Timeout.InfiniteTimeSpan)
            yield return $"{nameof(options.StartTimeout)} is {options.StartTimeout}; it must be zero or more, or infinite";
        if (options.WireFormat is null)
            yield return $"{nameof(options.WireFormat)} is missing";
    }

    private IEnumerable<string> OfTopology()
    {
        if (options.Name is { } prefix && (prefix.Length == 0 || Encoding.UTF8.GetByteCount(prefix) > 200))
            yield return $"{nameof(options.Name)} must have from 1 to 200 bytes";
        if (options.QueueCount is < 1 or > 1_024)
            yield return $"{nameof(options.QueueCount)} is {options.QueueCount}; it must be from 1 to 1,024";
        if (options.InitialGroupSize is < 1)
            yield return $"{nameof(options.InitialGroupSize)} is {options.InitialGroupSize}; it must be at least 1";
        if (options.DeliveryLimit < 20)
            yield return $"{nameof(options.DeliveryLimit)} is {options.DeliveryLimit}; it must be at least 20, or restarts make dead letters of healthy messages";
        if (options.Subscriptions.Count > 0 && options.ExchangeType != RabbitMqExchangeType.Topic)
            yield return $"{nameof(options.Subscriptions)} need a topic exchange";
        if (options.FormerSubscriptions.Count > 0 && options.ExchangeType != RabbitMqExchangeType.Topic)
            yield return $"{nameof(options.FormerSubscriptions)} need a topic exchange";
        foreach (var both in options.FormerSubscriptions.Intersect(options.Subscriptions))
            yield return $"the subscription to '{both.StreamNamespace}' '{both.Type}' is both in {nameof(options.Subscriptions)} and in {nameof(options.FormerSubscriptions)}";
        foreach (var subscription in options.Subscriptions.Concat(options.FormerSubscriptions))
        {
            if (subscription.StreamNamespace.AsSpan().IndexOfAny('*', '#') >= 0 || subscription.Type.AsSpan().IndexOfAny('*', '#') >= 0)
                yield return $"the subscription to '{subscription.StreamNamespace}' '{subscription.Type}' must not contain * or #";
        }

        foreach (var (limit, value) in new[] { (nameof(options.MessageTimeToLive), options.MessageTimeToLive), (nameof(options.DeadLetterTimeToLive), options.DeadLetterTimeToLive) })
        {
            // The broker counts in 32 bits of milliseconds.
            if (value is { } time && (time < TimeSpan.Zero || time.TotalMilliseconds > uint.MaxValue))
                yield return $"{limit} is {time}; it must be from zero to 49 days";
        }

        foreach (var (limit, value) in new[] { (nameof(options.MaxLength), options.MaxLength), (nameof(options.MaxLengthBytes), options.MaxLengthBytes), (nameof(options.DeadLetterMaxLength), options.DeadLetterMaxLength) })
        {
            if (value is < 1)
                yield return $"{limit} is {value}; it must be at least 1";
        }
    }

    private IEnumerable<string> OfPublishing()
    {
        if (options.MaxInFlight is < 1 or > 65_536)
            yield return $"{nameof(options.MaxInFlight)} is {options.MaxInFlight}; it must be from 1 to 65,536";
        if (!IsLimit(options.PublishTimeout))
            yield return $"{nameof(options.PublishTimeout)} is {options.PublishTimeout}; it must be more than zero and at most a day";
        if (!IsLimit(options.ConfirmTimeout))
            yield return $"{nameof(options.ConfirmTimeout)} is {options.ConfirmTimeout}; it must be more than zero and at most a day";
        if (options.MaxMessageBytes is < 1 or > 512 * 1024 * 1024)
            yield return $"{nameof(options.MaxMessageBytes)} is {options.MaxMessageBytes}; it must be from 1 to 512 MiB";
    }

    private IEnumerable<string> OfReceiving()
    {
        if (options.Prefetch < 1)
            yield return $"{nameof(options.Prefetch)} is 0; it must be at least 1, or the broker would send everything at once";
        if (options.MaximumBatch < 1)
            yield return $"{nameof(options.MaximumBatch)} is {options.MaximumBatch}; it must be at least 1";
        if (!IsLimit(options.MaxEventDeliveryTime))
            yield return $"{nameof(options.MaxEventDeliveryTime)} is {options.MaxEventDeliveryTime}; it must be more than zero and at most a day";
    }

    private string? AddressFault()
    {
        try
        {
            BrokerAddress.Parse(options.ConnectionString);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    private static bool IsLimit(TimeSpan limit) => limit > TimeSpan.Zero && limit <= Day;
}
