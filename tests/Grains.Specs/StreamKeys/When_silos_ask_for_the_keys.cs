using System.Text.Json;
using Grains.Specs.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Shop.Operations;
using Shop.StreamKeys;

namespace Grains.Specs.StreamKeys;

public sealed class When_silos_ask_for_the_keys
{
    private readonly Activation activation = new("stream-keys", IStreamKeysGrain.Key);
    private readonly DurableInMemory<StreamKeysState> stored = new() { Slow = true };
    private readonly StreamKeysGrain grain;

    public When_silos_ask_for_the_keys() => grain = new StreamKeysGrain(stored, activation.Context, TimeProvider.System, NullLogger<StreamKeysGrain>.Instance);

    [Fact]
    public async Task Should_make_one_for_all_and_tell_nobody_before_it_is_durable()
    {
        var first = activation.Call(() => grain.Fetch(CancellationToken.None));
        var second = activation.Call(() => grain.Fetch(CancellationToken.None));
        await activation.Settled();
        Assert.False(first.IsCompleted || second.IsCompleted);

        await activation.Call(() => { stored.Write(); return Task.FromResult(0); });

        Assert.Equal((await first).Signing, (await second).Signing);
        Assert.Single(stored.Commits);
    }

    [Fact]
    public async Task Should_tell_nobody_of_a_rotation_before_it_is_durable()
    {
        var begun = activation.Call(() => grain.Fetch(CancellationToken.None));
        await activation.Settled();
        await activation.Call(() => { stored.Write(); return Task.FromResult(0); });
        await begun;

        var rotated = activation.Call(() => grain.Rotate());
        var asked = activation.Call(() => grain.Fetch(CancellationToken.None));
        await activation.Settled();
        Assert.False(rotated.IsCompleted || asked.IsCompleted);

        await activation.Call(() => { stored.Write(); return Task.FromResult(0); });
        Assert.Equal((await rotated).Select(key => key.Id), (await asked).Keys.Select(key => key.Id));
        Assert.Equal((await begun).Signing, (await asked).Signing);
    }

    [Fact]
    public async Task Should_forget_all_others_when_they_are_revoked()
    {
        stored.Slow = false;
        var before = await activation.Call(() => grain.Fetch(CancellationToken.None));

        var revoked = await activation.Call(() => grain.Revoke());

        var after = await activation.Call(() => grain.Fetch(CancellationToken.None));
        Assert.Equal((revoked[0].Id, 1), (after.Signing, after.Keys.Length));
        Assert.NotEqual(before.Signing, after.Signing);
    }

    /// <summary>Not in a log, not in a trace, not in what a dashboard shows of a grain.</summary>
    [Fact]
    public async Task Should_show_no_secret_wherever_a_key_is_shown()
    {
        stored.Slow = false;
        var ring = await activation.Call(() => grain.Fetch(CancellationToken.None));
        var secret = ring.Keys[0].Secret.Reveal().ToArray();

        foreach (var shown in new[] { $"{ring} {ring.Keys[0]} {stored.State}", JsonSerializer.Serialize(ring), JsonSerializer.Serialize(stored.State) })
        {
            Assert.DoesNotContain(Convert.ToBase64String(secret), shown, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexString(secret), shown, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(string.Join(',', secret), shown, StringComparison.Ordinal);
        }

        Assert.Equal(32, secret.Length);
    }
}
