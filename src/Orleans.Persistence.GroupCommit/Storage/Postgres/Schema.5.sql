-- Version 5: readers of logs. Every statement can be repeated.

-- The events that nobody is to be told of; the others are in groupcommit_log_by_id. With both, all that has an id is found in the order of the ids.
CREATE INDEX IF NOT EXISTS groupcommit_log_untold ON groupcommit_log (id) WHERE provider IS NULL AND id IS NOT NULL;

-- Projections of the service. Whoever applies entries has the row locked until it commits.
CREATE TABLE IF NOT EXISTS groupcommit_projections (
    service_id text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    version    integer NOT NULL, -- of the handler that has made what is there; 0: it is to be made anew
    PRIMARY KEY (service_id, name)
);

-- How far each of them has come in what each process has written. Not in groupcommit_positions: those are forgotten with their process, and say what is delivered.
CREATE TABLE IF NOT EXISTS groupcommit_projected (
    service_id text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    owner      bigint NOT NULL,
    position   bigint NOT NULL,
    PRIMARY KEY (service_id, name, owner)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Entries that a projection could not apply, and went past.
CREATE TABLE IF NOT EXISTS groupcommit_projection_faults (
    service_id text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    id         bigint NOT NULL, -- of the entry
    entity     text NOT NULL,
    sequence   bigint NOT NULL,
    reason     text NOT NULL,
    noticed_at bigint NOT NULL, -- Unix milliseconds
    PRIMARY KEY (service_id, name, id)
);

-- See version 3.
DO $$
DECLARE given record;
BEGIN
    FOR given IN
        SELECT made, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS role, privilege_type AS privilege
        FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner))),
            unnest(ARRAY['groupcommit_projections', 'groupcommit_projected', 'groupcommit_projection_faults']) AS made
        WHERE oid = 'groupcommit_owners'::regclass AND grantee <> current_user::regrole
    LOOP
        EXECUTE format('GRANT %s ON %s TO %s', given.privilege, given.made, given.role);
    END LOOP;
END $$;
