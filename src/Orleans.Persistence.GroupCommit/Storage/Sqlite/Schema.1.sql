-- Version 1. Every statement can be repeated.

CREATE TABLE IF NOT EXISTS meta (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Counts the openings of the database: the upper part of all ids given out during one of them.
INSERT INTO meta (name, value) VALUES ('epoch', 0) ON CONFLICT DO NOTHING;

-- The rows themselves are appended to a heap. The index starts with the key: the grains of one business case
-- (an order, its payment, its process) share the key, so they touch one index page instead of three.
CREATE TABLE IF NOT EXISTS rows (
    id      INTEGER PRIMARY KEY,
    key     TEXT NOT NULL,
    kind    TEXT NOT NULL,
    version INTEGER NOT NULL,
    payload BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX IF NOT EXISTS rows_by_key ON rows (key, kind);

-- Entries of durable maps, one row each, together by owner.
CREATE TABLE IF NOT EXISTS entries (
    owner   INTEGER NOT NULL, -- rows.id; only the writer fills it, so no foreign key has to be looked up
    map     TEXT NOT NULL,
    key     TEXT NOT NULL,
    payload BLOB NOT NULL,
    PRIMARY KEY (owner, map, key)
) STRICT, WITHOUT ROWID;

-- Events that are not yet delivered. The writer gives the ids: they grow in commit order and are never used again.
CREATE TABLE IF NOT EXISTS outbox (
    id          INTEGER PRIMARY KEY,
    provider    TEXT NOT NULL,
    namespace   TEXT NOT NULL,
    key         TEXT NOT NULL,
    payload     BLOB NOT NULL,
    written_at  INTEGER NOT NULL,
    quarantined TEXT
) STRICT;

-- Armed messages; times are Unix milliseconds.
CREATE TABLE IF NOT EXISTS schedules (
    target   TEXT NOT NULL,
    name     TEXT NOT NULL,
    token    INTEGER NOT NULL,
    due_at   INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (target, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS schedules_by_due ON schedules (due_at);
