using Shop.Events;
using Shop.Stock;
using Shop.Values;
using static Grains.Specs.Stock.StockSamples;

namespace Grains.Specs.Stock;

/// <summary>Thousands of random commands, repeated, early and late, against the books an accountant would keep beside them.</summary>
public sealed class When_many_commands_come_in_any_order
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Should_keep_its_books_in_order(int seed)
    {
        var shop = new Shop(new Random(seed));
        for (var step = 0; step < 3_000; step++)
        {
            shop.DoSomething();
            shop.Check();
        }

        // The walk went everywhere, or it proves little.
        Assert.True(shop.Answers.IsSupersetOf(Shop.Expected), $"Never answered: {string.Join(", ", Shop.Expected.Except(shop.Answers))}");
    }

    private sealed class Shop(Random random)
    {
        public static readonly HashSet<string> Expected =
        [
            "Reserve Held", "Reserve Refused", "Reserve Ended", "Reserve TooLate", "Release Released", "Release Shipped", "Ship Shipped", "Ship NotHeld",
            "Adjust Adjusted", "Adjust Refused",
        ];

        private readonly Dictionary<string, Reservation> reservations = [];
        private readonly Dictionary<ReservationId, long> heldNow = [];
        private readonly HashSet<ReservationId> ended = [];
        private readonly HashSet<ReservationId> askedToEnd = [];
        private StockState state = StockState.Empty;
        private StockState folded = StockState.Empty;
        private DateTimeOffset now = Now;
        private long adjusted;
        private long shipped;

        public HashSet<string> Answers { get; } = [];

        public void DoSomething()
        {
            now += TimeSpan.FromSeconds(random.Next(3));
            // Orders come and go: old ones are asked for ever less. And the product moves between processes, of which one is two minutes behind.
            var number = ((int)(now - Now).TotalSeconds / 20) + random.Next(-6, 30);
            var clock = now.AddMinutes(random.Next(2) * -2);
            var id = new ReservationId(new OrderId(new Guid(number, 0, 0, new byte[8])), 1 + random.Next(2), 1);
            var notAfter = Now.AddSeconds((number * 20) + 60);
            var existing = reservations.GetValueOrDefault(id.ToString());
            switch (random.Next(8))
            {
                case < 4:
                    var reserve = StockDecider.Reserve(state, existing, new ReserveStock(id, new Quantity(1 + random.Next(9)), notAfter, Trace), clock);
                    Settle("Reserve", id, reserve.Answer, reserve.Effect);
                    Assert.True(reserve.Answer is not ReserveStockResult.Held || heldNow.ContainsKey(id), $"{id} is said to be held and is not.");
                    break;
                case 4:
                    var release = StockDecider.Release(state, existing, new ReleaseStock(id, notAfter, Trace), clock);
                    Settle("Release", id, release.Answer, release.Effect);
                    askedToEnd.Add(id);
                    Assert.False(heldNow.ContainsKey(id));
                    break;
                case 5:
                    var ship = StockDecider.Ship(state, existing, new ShipStock(id, notAfter, Trace), clock);
                    Settle("Ship", id, ship.Answer, ship.Effect);
                    Assert.False(heldNow.ContainsKey(id));
                    break;
                case 6:
                    var key = new IdempotencyKey($"k{random.Next()}");
                    var adjust = StockDecider.Adjust(state, Product, null, new AdjustStock(key, random.Next(-20, 23), "count", Trace), now);
                    Answers.Add($"Adjust {adjust.Answer.GetType().Name}");
                    Take(adjust.Next, adjust.Fact);
                    break;
                default:
                    foreach (var (name, entry) in reservations.Where(r => r.Value.Status != ReservationStatus.Held && clock > r.Value.NotAfter).ToArray())
                    {
                        reservations.Remove(name);
                        state = state.Forgetting(entry.NotAfter);
                    }

                    break;
            }
        }

        public void Check()
        {
            Assert.True(state.Available >= 0, $"{-state.Available} pieces too many are promised.");
            Assert.Equal(heldNow.Values.Sum(), state.Held);
            Assert.Equal(
                state.Held, reservations.Values.Where(r => r.Status == ReservationStatus.Held).Sum(r => (long)r.Quantity.Value));
            Assert.Equal((adjusted - shipped, shipped), (state.OnHand, state.Shipped));
            Assert.Equal(state with { ForgottenUntil = default }, folded);
        }

        private void Settle(string command, ReservationId id, object answer, StockEffect? effect)
        {
            Answers.Add($"{command} {answer.GetType().Name}");
            if (effect is null)
                return;
            if (effect.Entry is null)
                reservations.Remove(id.ToString());
            else
                reservations[id.ToString()] = effect.Entry;
            Take(effect.Next, effect.Fact);
        }

        private void Take(StockState? next, IStockFact? fact)
        {
            Assert.Equal((next ?? state).Sequence, state.Sequence + (fact is null ? 0 : 1));
            state = next ?? state;
            switch (fact)
            {
                case null:
                    return;
                case StockHeld held:
                    Assert.DoesNotContain(held.Reservation, ended);
                    Assert.DoesNotContain(held.Reservation, askedToEnd);
                    heldNow.Add(held.Reservation, held.Quantity.Value);
                    break;
                case StockReleased released:
                    End(released.Reservation, released.Quantity);
                    break;
                case StockShipped left:
                    End(left.Reservation, left.Quantity);
                    shipped += left.Quantity.Value;
                    break;
                case StockAdjusted counted:
                    adjusted += counted.Delta;
                    break;
            }

            folded = folded.Evolve(fact);
        }

        private void End(ReservationId id, Quantity quantity)
        {
            Assert.True(ended.Add(id), $"{id} ended twice.");
            Assert.True(heldNow.Remove(id, out var held));
            Assert.Equal(held, quantity.Value);
        }
    }
}
