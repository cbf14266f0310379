using Orleans.Configuration;
using Orleans.Persistence.GroupCommit;
using Orleans.Persistence.GroupCommit.Outbox;
using Orleans.Persistence.GroupCommit.Storage;
using Orleans.Streams;

namespace GroupCommit.Specs.Outbox;

/// <summary>
/// A small model of everything around the buffer, driven at random: commits that are visible before they are handed over, pages that are read
/// at any moment between being asked for and being added, reads that fail, removals that lag, readers that stop. Whatever happens, each row
/// must be settled once, in the order of its stream.
/// </summary>
public sealed class When_rows_come_in_any_order_of_events
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 200)];

    [Theory, MemberData(nameof(Seeds))]
    public void Should_settle_each_row_once_and_in_order(int seed)
    {
        using var world = new World(seed);
        for (var step = 0; step < 1_000; step++)
            world.Step();

        world.Finish();
        Assert.Equal(world.Committed.Count, world.Settled.Sum(stream => stream.Value.Count));
        foreach (var (stream, ids) in world.Settled)
            Assert.Equal(world.Committed.Where(row => row.StreamKey == stream).Select(row => row.Id), ids);
    }

    private sealed class World : IDisposable
    {
        private readonly Random _random;
        private readonly OutboxBuffer _buffer;
        private readonly QueueBuffer[] _queues;
        private readonly SortedDictionary<long, OutboxRow> _table = [];
        private readonly Queue<OutboxRow> _notHandedOver = [];
        private readonly Queue<long> _notRemoved = [];
        private readonly List<Delivery> _out = [];
        private readonly int _streams;
        private readonly int _load;
        private (OutboxPage Page, IReadOnlyList<OutboxRow>? Rows)? _reading;
        private long _lastId;

        public World(int seed)
        {
            _random = new Random(seed);
            var limit = _random.Next(1, 30);
            var options = new OutboxStreamOptions
            {
                QueueCount = _random.Next(1, 3),
                StreamLimit = limit,
                QueueLimit = limit + _random.Next(0, 40),
                MaximumBatch = _random.Next(1, 12),
            };
            _streams = _random.Next(1, 8);
            _load = _random.Next(1, 12);
            var mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = options.QueueCount }, "q");
            _buffer = new OutboxBuffer("p", options.Limits, mapper) { PageSize = _random.Next(1, 20), StashLimit = _random.Next(0, 10) };
            _queues = [.. mapper.GetAllQueues().Select(id => _buffer[id])];

            // Left by an earlier process: nobody hands them over.
            for (var i = _random.Next(0, 200); i > 0; i--)
                Commit();

            _notHandedOver.Clear();
        }

        public List<OutboxRow> Committed { get; } = [];

        public Dictionary<string, List<long>> Settled { get; } = [];

        public void Step()
        {
            switch (_random.Next(20))
            {
                case < 6:
                    for (var i = _random.Next(0, _load); i > 0; i--)
                        Commit();
                    break;
                case < 9:
                    HandOver(_random.Next(0, 8));
                    break;
                case < 12:
                    Read();
                    break;
                case < 14:
                    Take();
                    break;
                case < 18:
                    if (_out.Count > 0)
                        Settle(_random.Next(_out.Count));
                    break;
                case < 19:
                    Remove(_random.Next(0, 20));
                    break;
                default:
                    Disturb();
                    break;
            }
        }

        public void Finish()
        {
            HandOver(int.MaxValue);
            for (var idle = 0; idle < 3; idle++)
            {
                Read();
                Take();
                while (_out.Count > 0)
                {
                    Settle(0);
                    Remove(int.MaxValue);
                    idle = 0;
                }

                if (_reading is not null)
                    idle = 0;
            }
        }

        public void Dispose() => _buffer.Dispose();

        private void Commit()
        {
            _lastId += _random.Next(1, 4);
            var row = new OutboxRow(_lastId, _random.Next(10) == 0 ? "other" : "p", "ns", $"s{_random.Next(_streams)}", default, default);
            _table.Add(row.Id, row);
            _notHandedOver.Enqueue(row);
            if (row.Provider == "p")
                Committed.Add(row);
        }

        private void HandOver(int count)
        {
            var rows = new List<OutboxRow>();
            while (rows.Count < count && _notHandedOver.TryDequeue(out var row))
                rows.Add(row);

            _buffer.HandOver(rows);
        }

        private void Read()
        {
            if (_reading is not { } reading)
            {
                if (_buffer.NextPage() is { } page)
                    _reading = (page, null);
            }
            else if (reading.Rows is null)
            {
                _reading = (reading.Page, [.. _table.Values.Where(row => row.Id > reading.Page.After).Take(reading.Page.Limit)]);
            }
            else
            {
                _buffer.AddPage(reading.Page, reading.Rows);
                _reading = null;
            }
        }

        private void Take()
        {
            foreach (var queue in _queues)
                _out.AddRange(_buffer.Take(queue, _random.Next(1, 5)));
        }

        private void Settle(int index)
        {
            var delivery = _out[index];
            _out.RemoveAt(index);
            foreach (var row in delivery.Rows)
            {
                if (!Settled.TryGetValue(row.StreamKey, out var ids))
                    Settled[row.StreamKey] = ids = [];

                ids.Add(row.Id);
                _notRemoved.Enqueue(row.Id);
            }

            _buffer.Settle(delivery);
        }

        private void Remove(int count)
        {
            while (count-- > 0 && _notRemoved.TryDequeue(out var id))
                _table.Remove(id);
        }

        private void Disturb()
        {
            switch (_random.Next(4))
            {
                case 0 when _reading is not null:
                    _buffer.DropPage();
                    _reading = null;
                    break;
                case 1 when _out.Count > 0:
                    _buffer.TakeBack(_out[0], alone: true);
                    _out.RemoveAt(0);
                    break;
                case 2 when _out.Count > 0:
                    var delivery = _out[0];
                    // Half of it cannot be read.
                    foreach (var row in delivery.Rows.Skip(1))
                    {
                        Committed.Remove(row);
                        _notRemoved.Enqueue(row.Id);
                    }

                    if (_buffer.Narrow(delivery, [delivery.Rows[0]]) is { } rest)
                        _out[0] = rest;
                    break;
                case 3:
                    var stopped = _queues[_random.Next(_queues.Length)];
                    _out.RemoveAll(each => each.Stream.Queue == stopped);
                    _buffer.TakeBackAll(stopped);
                    break;
            }
        }
    }
}
