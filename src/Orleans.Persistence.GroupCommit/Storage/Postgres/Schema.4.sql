-- Version 4: events in logs. Every statement can be repeated.

-- Null in what was only appended, and in all that releases before this one have appended.
ALTER TABLE groupcommit_log ADD COLUMN IF NOT EXISTS id bigint;         -- grows in commit order within its owner's range
ALTER TABLE groupcommit_log ADD COLUMN IF NOT EXISTS provider text;     -- who delivers it; null: nobody is to get it
ALTER TABLE groupcommit_log ADD COLUMN IF NOT EXISTS namespace text;
ALTER TABLE groupcommit_log ADD COLUMN IF NOT EXISTS key text;
ALTER TABLE groupcommit_log ADD COLUMN IF NOT EXISTS written_at bigint;

CREATE INDEX IF NOT EXISTS groupcommit_log_by_id ON groupcommit_log (id) WHERE provider IS NOT NULL;

-- How far each reader has come in what each process wrote. Of what a dead process left, the reader '' is whoever takes it over;
-- of a process that lives it says that it logs its events.
CREATE TABLE IF NOT EXISTS groupcommit_positions (
    service_id text COLLATE "C" NOT NULL,
    owner      bigint NOT NULL,
    reader     text COLLATE "C" NOT NULL,
    position   bigint NOT NULL,
    late       jsonb, -- streams that are further behind: {"namespace/key": position}
    PRIMARY KEY (service_id, owner, reader)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- See version 3.
DO $$
DECLARE given record;
BEGIN
    FOR given IN
        SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS role, privilege_type AS privilege
        FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner)))
        WHERE oid = 'groupcommit_owners'::regclass AND grantee <> current_user::regrole
    LOOP
        EXECUTE format('GRANT %s ON groupcommit_positions TO %s', given.privilege, given.role);
    END LOOP;
END $$;
