using Orleans.Streams.RabbitMQ;
using Shop.Events;
using Shop.Hosting.Silos;
using Shop.Operations;
using Shop.StreamKeys;

namespace Shop.Hosting.Streams;

/// <summary>
/// This silo's copy of the keys by which the shop's messages on the broker prove where they come from. Nothing waits for it: until it has
/// them, messages go out unsigned, and what comes in is checked against the books.
/// </summary>
internal sealed partial class MessageKeys(IGrainFactory grains, TimeProvider time, ILogger<MessageKeys> logger)
    : SiloWork, IRabbitMqMessageKeys
{
    /// <summary>A key signs a minute after it was made: by then a silo has asked for it several times.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan BetweenFirstLooks = TimeSpan.FromSeconds(1);

    private RabbitMqKeyRing current = RabbitMqKeyRing.Empty;
    private StreamKeyRing? known;
    private bool isOutdated;

    public RabbitMqKeyRing Current => Volatile.Read(ref current);

    protected override async Task Work(CancellationToken stopping)
    {
        while (true)
        {
            await Look(stopping);
            await Task.Delay(known is null ? BetweenFirstLooks : BetweenLooks, time, stopping);
        }
    }

    private async Task Look(CancellationToken stopping)
    {
        try
        {
            var ring = await grains.GetGrain<IStreamKeySource>(IStreamKeysGrain.Key).Fetch(stopping).WaitAsync(stopping);
            isOutdated = false;
            if (known is { } before && before.Signing == ring.Signing && before.Keys.Select(key => key.Id).SequenceEqual(ring.Keys.Select(key => key.Id)))
                return;

            Volatile.Write(ref current, RingOf(ring));
            known = ring;
            LogKnown(ring.Signing, ring.Keys.Length);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // Once an outage.
            if (!isOutdated)
                LogOutdated(e);
            isOutdated = true;
        }
    }

    private static RabbitMqKeyRing RingOf(StreamKeyRing ring)
    {
        var keys = ring.Keys.Select(key => new RabbitMqMessageKey(key.Id, key.Secret.Reveal())).ToList();
        return new RabbitMqKeyRing(keys.Single(key => key.Id == ring.Signing), keys);
    }

    [LoggerMessage(1, LogLevel.Information, "Messages to the broker are signed with the key {KeyId}; those of {Count} keys are believed.")]
    private partial void LogKnown(string keyId, int count);

    [LoggerMessage(2, LogLevel.Warning, "The keys for messages on the broker cannot be read; trying again. Meanwhile those that were read last are used; without any, messages go out unsigned and are checked against the books.")]
    private partial void LogOutdated(Exception fault);
}

internal static class MessageKeysSiloBuilderExtensions
{
    /// <summary>Signs what is published to the broker, and checks what comes from there.</summary>
    public static ISiloBuilder AddMessageKeys(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<MessageKeys>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<MessageKeys>());
        silo.Services.Configure<RabbitMqStreamOptions>(ShopStreams.Provider, options =>
        {
            options.MessageKeys = services => services.GetRequiredService<MessageKeys>();
            // Silos of the release before do not sign, and this one does not before it has the keys: the consumers look into the books.
            options.Unproven = RabbitMqUnproven.HandOn;
        });
        return silo;
    }
}
