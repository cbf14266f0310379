-- Version 3: whose the database is. Every statement can be repeated.

-- Where one service has the database for itself (GroupCommitOptions.Sharing): no row until it has opened it first, then one.
CREATE TABLE IF NOT EXISTS identity (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    service_id TEXT NOT NULL,
    cluster_id TEXT NOT NULL
) STRICT;
