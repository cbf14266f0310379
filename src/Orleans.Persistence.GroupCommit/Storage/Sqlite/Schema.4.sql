-- Version 4: events in logs. Cannot be repeated, since SQLite adds no column only where it is missing; a version is one transaction.

-- Null in what was only appended, and in all that releases before this one have appended. The id of an event is one of the writer's, as in the outbox;
-- those of older entries are smaller.
ALTER TABLE log ADD COLUMN provider TEXT; -- who delivers it; null: nobody is to get it
ALTER TABLE log ADD COLUMN namespace TEXT;
ALTER TABLE log ADD COLUMN key TEXT;
ALTER TABLE log ADD COLUMN written_at INTEGER;

-- How far each reader has come.
CREATE TABLE positions (
    reader   TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    late     TEXT -- streams that are further behind: {"namespace/key": position}
) STRICT, WITHOUT ROWID;
