-- Version 2: logs. Every statement can be repeated.

-- Entries are appended to a heap; only the index, a tenth of its size, is written to in the order of the entities.
CREATE TABLE IF NOT EXISTS log (
    id       INTEGER PRIMARY KEY,
    entity   TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    log      TEXT NOT NULL,
    payload  BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX IF NOT EXISTS log_by_entity ON log (log, entity, sequence);
