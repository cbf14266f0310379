-- Version 3: whose the database is. Every statement can be repeated.

-- Where one service has the database for itself (GroupCommitOptions.Sharing): no row until its first silo has come, then one.
CREATE TABLE IF NOT EXISTS groupcommit_identity (
    is_only    boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    service_id text NOT NULL,
    cluster_id text NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now()
);

-- The role of the application is not always the one that makes tables, nor always the one that made the others: what it may do with them, it may do with
-- this one.
DO $$
DECLARE given record;
BEGIN
    FOR given IN
        SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS role, privilege_type AS privilege
        FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner)))
        WHERE oid = 'groupcommit_owners'::regclass AND grantee <> current_user::regrole
    LOOP
        EXECUTE format('GRANT %s ON groupcommit_identity TO %s', given.privilege, given.role);
    END LOOP;
END $$;
