-- Version 5: readers of logs. Every statement can be repeated. Named as on PostgreSQL, since an application's own tables may lie beside them.

-- Projections of the service.
CREATE TABLE IF NOT EXISTS groupcommit_projections (
    service_id TEXT NOT NULL,
    name       TEXT NOT NULL,
    version    INTEGER NOT NULL, -- of the handler that has made what is there; 0: it is to be made anew
    PRIMARY KEY (service_id, name)
) STRICT, WITHOUT ROWID;

-- How far each of them has come. All that was ever written is one owner's, whose number is 0.
CREATE TABLE IF NOT EXISTS groupcommit_projected (
    service_id TEXT NOT NULL,
    name       TEXT NOT NULL,
    owner      INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    PRIMARY KEY (service_id, name, owner)
) STRICT, WITHOUT ROWID;

-- Entries that a projection could not apply, and went past.
CREATE TABLE IF NOT EXISTS groupcommit_projection_faults (
    service_id TEXT NOT NULL,
    name       TEXT NOT NULL,
    id         INTEGER NOT NULL, -- of the entry
    entity     TEXT NOT NULL,
    sequence   INTEGER NOT NULL,
    reason     TEXT NOT NULL,
    noticed_at INTEGER NOT NULL, -- Unix milliseconds
    PRIMARY KEY (service_id, name, id)
) STRICT, WITHOUT ROWID;
