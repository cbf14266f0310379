using System.Diagnostics;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>How requests become columns.</summary>
internal sealed partial class CommitBatch
{
    private void Add(GrainWrite write, in RowKey key, int owner, ref long lastId)
    {
        _rows.Key.Add(key);
        _rows.Expected.Add(checked((int)write.ExpectedVersion));
        _rows.Payload.Add(write.Payload);
        // Below zero where nothing is to be created: see RowPart.
        _rows.Id.Add(write.ExpectedVersion == 0 ? ++lastId : -1);
        for (var i = 0; i < write.Entries.Count; i++)
            Add(write.Entries[i], owner);
    }

    private void Add(in EntryWrite entry, int owner)
    {
        if (entry.Payload is { } payload)
        {
            _entries.Owner.Add(owner);
            _entries.Map.Add(entry.Map);
            _entries.Key.Add(PostgresText.Checked(entry.Key));
            _entries.Payload.Add(payload);
        }
        else
        {
            _entryRemovals.Owner.Add(owner);
            _entryRemovals.Map.Add(entry.Map);
            _entryRemovals.Key.Add(PostgresText.Checked(entry.Key));
        }
    }

    private void AddOthers(WriteRequest request, int owner, int index, ref long lastId)
    {
        switch (request)
        {
            case GrainWrite write:
                Add(write.Outbox, owner, ref lastId);
                Add(write.Schedules, owner);
                break;
            case VersionCheck check:
                // Its key was added with the others.
                _checks.Expected.Add(checked((int)check.ExpectedVersion));
                _checked.Add(index);
                break;
            case OutboxAppend append:
                Add(append.Rows, 0, ref lastId);
                if (append.Taken is { } taken)
                    Add(taken);

                _stored[index] = true;
                break;
            case PositionWrite position:
                Add(position);
                _stored[index] = true;
                break;
            case OutboxRemove remove:
                for (var i = 0; i < remove.Ids.Count; i++)
                    _outboxRemovals.Id.Add(remove.Ids[i]);

                _stored[index] = true;
                break;
            case OutboxQuarantine quarantine:
                Add(quarantine);
                _stored[index] = true;
                break;
            case ScheduleSettle settle:
                Add(settle, index);
                break;
            case LogAppend append:
                Add(append, ref lastId);
                _stored[index] = true;
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Add(LogAppend append, ref long lastId)
    {
        for (var i = 0; i < append.Rows.Count; i++)
        {
            var row = append.Rows[i];
            _log.Log.Add(append.Log);
            _log.Entity.Add(row.Entity);
            _log.Sequence.Add(row.Sequence);
            _log.Id.Add(++lastId);
            _log.WrittenAt.Add(append.WrittenAt?.ToUnixTimeMilliseconds() ?? 0);
            _log.Payload.Add(row.Payload);
        }

        append.LastId = lastId;
    }

    private void Add(PositionWrite position)
    {
        _positions.Reader.Add(position.Reader);
        _positions.Owner.Add(position.Owner ?? _ownId);
        _positions.Position.Add(position.Position);
        _positions.Late.Add(LateStreams.ToJson(position.Late));
    }

    private void Add(OutboxQuarantine quarantine)
    {
        for (var i = 0; i < quarantine.Rows.Count; i++)
        {
            var (row, reason) = (quarantine.Rows[i], PostgresText.Storable(quarantine.Reason));
            if (row.Place is null)
            {
                _quarantines.Id.Add(row.Id);
                _quarantines.Reason.Add(reason);
                continue;
            }

            _asides.Id.Add(row.Id);
            _asides.WrittenAt.Add(row.WrittenAt.ToUnixTimeMilliseconds());
            _asides.Provider.Add(row.Provider);
            _asides.Namespace.Add(row.StreamNamespace);
            _asides.Key.Add(row.StreamKey);
            _asides.Reason.Add(reason);
            _asides.Payload.Add(row.Payload);
        }
    }

    private void Add(OutboxRow row, in LogPlace place, int owner)
    {
        _events.Owner.Add(owner);
        _events.Id.Add(row.Id);
        _events.WrittenAt.Add(row.WrittenAt.ToUnixTimeMilliseconds());
        _events.Sequence.Add(place.Sequence);
        _events.Provider.Add(row.Provider);
        _events.Namespace.Add(PostgresText.Checked(row.StreamNamespace));
        _events.Key.Add(PostgresText.Checked(row.StreamKey));
        _events.Log.Add(place.Log);
        _events.Entity.Add(place.Entity);
        _events.Payload.Add(row.Payload);
    }

    private void Add(IReadOnlyList<OutboxRow> rows, int owner, ref long lastId)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            row.Id = ++lastId;
            if (row.Place is { } place)
            {
                Add(row, place, owner);
                continue;
            }

            _outbox.Owner.Add(owner);
            _outbox.Id.Add(row.Id);
            _outbox.WrittenAt.Add(row.WrittenAt.ToUnixTimeMilliseconds());
            _outbox.Provider.Add(row.Provider);
            _outbox.Namespace.Add(PostgresText.Checked(row.StreamNamespace));
            _outbox.Key.Add(PostgresText.Checked(row.StreamKey));
            _outbox.Payload.Add(row.Payload);
        }
    }

    private void Add(IReadOnlyList<ScheduleWrite> schedules, int owner)
    {
        // The last one under a name counts: a grain may have armed it several times since its last write.
        _named.Clear();
        for (var i = schedules.Count - 1; i >= 0; i--)
        {
            var schedule = schedules[i];
            if (!_named.Add((schedule.Target, schedule.Name)))
                continue;

            _schedules.Target.Add(PostgresText.Checked(schedule.Target));
            _schedules.Name.Add(PostgresText.Checked(schedule.Name));
            if (schedule.DueAt is { } dueAt)
            {
                _arming.Owner.Add(owner);
                _arming.Token.Add(schedule.Token);
                _arming.DueAt.Add(dueAt.ToUnixTimeMilliseconds());
                _arming.Target.Add(schedule.Target);
                _arming.Name.Add(schedule.Name);
            }
            else
            {
                _disarming.Owner.Add(owner);
                _disarming.Target.Add(schedule.Target);
                _disarming.Name.Add(schedule.Name);
            }
        }
    }

    private void Add(ScheduleSettle settle, int index)
    {
        _schedules.Target.Add(settle.Target);
        _schedules.Name.Add(settle.Name);
        if (settle.DueAt is { } dueAt)
        {
            _moving.Token.Add(settle.Token);
            _moving.NewToken.Add(settle.NewToken);
            _moving.DueAt.Add(dueAt.ToUnixTimeMilliseconds());
            _moving.Attempts.Add(settle.Attempts);
            _moving.Target.Add(settle.Target);
            _settles.Add(settle.NewToken, index);
        }
        else
        {
            _settling.Token.Add(settle.Token);
            _settling.Target.Add(settle.Target);
            _settles.Add(settle.Token, index);
        }
    }
}
