using NpgsqlTypes;

namespace Orleans.Persistence.GroupCommit.Storage.Postgres;

/// <summary>
/// One kind of change that a batch may carry: its columns, and the piece of the statement that applies them. Pieces are CTEs of one
/// statement; what a piece has to wait for it reads from.
/// </summary>
internal abstract class CommitPart(params IColumn[] columns)
{
    private readonly IColumn[] _columns = columns;

    public IReadOnlyList<IColumn> Columns => _columns;

    public abstract bool IsEmpty { get; }

    /// <summary>Its CTEs.</summary>
    public abstract string Sql { get; }

    /// <summary>Rows (kind, value) that it answers with; null: none.</summary>
    public virtual string? Result => null;

    public void Clear()
    {
        foreach (var column in _columns)
            column.Clear();
    }
}

/// <summary>What the statement answers with.</summary>
internal static class CommitResult
{
    /// <summary>The value is the number of a stored row, from 1 in the order of the columns.</summary>
    public const short Row = 0;

    /// <summary>The value is the number of a check that holds.</summary>
    public const short Check = 1;

    /// <summary>The value is the token of a message that was settled.</summary>
    public const short Settled = 2;
}

/// <summary>States: created or replaced, if the expected version still holds.</summary>
internal sealed class RowPart : CommitPart
{
    public readonly KeyColumns Key;
    public readonly Column<int> Expected;
    public readonly Column<long> Id;
    public readonly Column<ReadOnlyMemory<byte>> Payload;

    public RowPart() : this(
        new KeyColumns("row"), new("row_expected", NpgsqlDbType.Integer), new("row_id", NpgsqlDbType.Bigint), new("row_payload", NpgsqlDbType.Bytea))
    {
    }

    private RowPart(KeyColumns key, Column<int> expected, Column<long> id, Column<ReadOnlyMemory<byte>> payload)
        : base([.. key.All, expected, id, payload]) => (Key, Expected, Id, Payload) = (key, expected, id, payload);

    public override bool IsEmpty => Expected.Count == 0;

    // An insert that turns into an update has no join whose plan could go wrong, and locks the rows in the order of the columns, which is the
    // same in every process: no two of them can wait for each other. A row with a negative id was inserted where an update was meant.
    // Within a batch the two hashes tell all rows apart; the writer sees to it.
    public override string Sql => """
        input AS MATERIALIZED (
            SELECT * FROM unnest(@row_id_hash, @row_type_hash, @row_expected, @row_n0, @row_n1, @row_id, @row_type, @row_extension, @row_payload)
            WITH ORDINALITY AS i (id_hash, type_hash, expected, n0, n1, id, type, extension, payload, ord)
        ),
        written AS (
            INSERT INTO orleansstorage AS s (serviceid, grainidhash, graintypehash, grainidn0, grainidn1, graintypestring, grainidextensionstring,
                                             payloadbinary, modifiedon, version, groupcommit_id)
            SELECT @service, id_hash, type_hash, n0, n1, type, extension, nullif(payload, ''), now() AT TIME ZONE 'utc', expected + 1, id
            FROM input ORDER BY ord
            ON CONFLICT (serviceid, graintypehash, grainidhash, grainidn0, grainidn1, graintypestring, coalesce(grainidextensionstring, ''))
            DO UPDATE SET payloadbinary = excluded.payloadbinary, modifiedon = excluded.modifiedon, version = excluded.version
            WHERE s.version = excluded.version - 1
            RETURNING graintypehash AS type_hash, grainidhash AS id_hash, CASE WHEN groupcommit_id > 0 THEN groupcommit_id
                ELSE groupcommit_missing(graintypestring, groupcommit_key(grainidn0, grainidn1, grainidextensionstring)) END AS id
        ),
        done AS MATERIALIZED (
            SELECT ord, written.id FROM written JOIN input USING (type_hash, id_hash)
        )
        """;

    public override string Result => $"SELECT {CommitResult.Row}::smallint, ord FROM done";
}

/// <summary>Map entries of states in the same batch that were stored.</summary>
internal sealed class EntryPart : CommitPart
{
    public readonly Column<long> Owner;
    public readonly Column<string> Map, Key;
    public readonly Column<ReadOnlyMemory<byte>> Payload;

    public EntryPart() : this(
        new("entry_owner", NpgsqlDbType.Bigint), new("entry_map", NpgsqlDbType.Text), new("entry_key", NpgsqlDbType.Text), new("entry_payload", NpgsqlDbType.Bytea))
    {
    }

    private EntryPart(Column<long> owner, Column<string> map, Column<string> key, Column<ReadOnlyMemory<byte>> payload)
        : base(owner, map, key, payload) => (Owner, Map, Key, Payload) = (owner, map, key, payload);

    public override bool IsEmpty => Owner.Count == 0;

    public override string Sql => """
        entered AS (
            INSERT INTO groupcommit_entries AS e (owner, map, key, payload)
            SELECT done.id, c.map, c.key, c.payload
            FROM unnest(@entry_owner, @entry_map, @entry_key, @entry_payload) AS c (ord, map, key, payload) JOIN done USING (ord)
            ON CONFLICT (owner, map, key) DO UPDATE SET payload = excluded.payload
        )
        """;
}

/// <summary>Map entries that go.</summary>
internal sealed class EntryRemovalPart : CommitPart
{
    public readonly Column<long> Owner;
    public readonly Column<string> Map, Key;

    public EntryRemovalPart() : this(
        new("gone_owner", NpgsqlDbType.Bigint), new("gone_map", NpgsqlDbType.Text), new("gone_key", NpgsqlDbType.Text))
    {
    }

    private EntryRemovalPart(Column<long> owner, Column<string> map, Column<string> key) : base(owner, map, key) => (Owner, Map, Key) = (owner, map, key);

    public override bool IsEmpty => Owner.Count == 0;

    // Each is looked up through the index, without a join. Nobody else can have changed them since this statement's snapshot: that takes a
    // newer version of the state, and then the owner would not be among those done.
    public override string Sql => """
        left_behind AS (
            DELETE FROM groupcommit_entries WHERE ctid = ANY (ARRAY(
                SELECT (SELECT ctid FROM groupcommit_entries AS e WHERE e.owner = done.id AND e.map = c.map AND e.key = c.key)
                FROM unnest(@gone_owner, @gone_map, @gone_key) AS c (ord, map, key) JOIN done USING (ord)))
        )
        """;
}

/// <summary>Rows whose version is only asked for.</summary>
internal sealed class CheckPart : CommitPart
{
    public readonly KeyColumns Key;
    public readonly Column<int> Expected;

    public CheckPart() : this(new KeyColumns("check"), new("check_expected", NpgsqlDbType.Integer))
    {
    }

    private CheckPart(KeyColumns key, Column<int> expected) : base([.. key.All, expected]) => (Key, Expected) = (key, expected);

    public override bool IsEmpty => Expected.Count == 0;

    public override string Sql => """
        checked AS (
            SELECT ord FROM unnest(@check_id_hash, @check_type_hash, @check_expected, @check_n0, @check_n1, @check_type, @check_extension)
                WITH ORDINALITY AS c (id_hash, type_hash, expected, n0, n1, type, extension, ord)
            WHERE expected = coalesce((
                SELECT version FROM orleansstorage
                WHERE serviceid = @service AND graintypehash = type_hash AND grainidhash = id_hash AND grainidn0 = n0 AND grainidn1 = n1
                  AND graintypestring = type AND coalesce(grainidextensionstring, '') = coalesce(extension, '')), 0)
        )
        """;

    public override string Result => $"SELECT {CommitResult.Check}::smallint, ord FROM checked";
}
