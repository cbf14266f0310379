-- Version 2: logs. Every statement can be repeated.

-- Never changed, so pages are filled and no row is vacuumed for its own sake. What is the same in all rows of a log leads: it is read in the order of the entities.
CREATE TABLE IF NOT EXISTS groupcommit_log (
    service_id text COLLATE "C" NOT NULL,
    log        text COLLATE "C" NOT NULL,
    entity     text COLLATE "C" NOT NULL,
    sequence   bigint NOT NULL,
    payload    bytea NOT NULL,
    PRIMARY KEY (service_id, log, entity, sequence)
);
