-- Version 1 of what Microsoft.Orleans.Clustering.AdoNet needs: it finds its statements in orleansquery by key, names their parameters
-- and reads the columns of their results by name. Statements that are there already, of another installation, stay as they are.

CREATE TABLE IF NOT EXISTS orleansquery (
    querykey  text PRIMARY KEY,
    querytext text NOT NULL
);

-- A cluster's table version: every change of its membership turns it on by one, and only who knew the last one may turn it.
CREATE TABLE IF NOT EXISTS orleansmembershipversiontable (
    deploymentid text PRIMARY KEY,
    timestamp    timestamptz NOT NULL DEFAULT now(),
    version      integer NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS orleansmembershiptable (
    deploymentid text NOT NULL,
    address      text NOT NULL,
    port         integer NOT NULL,
    generation   integer NOT NULL,
    siloname     text NOT NULL,
    hostname     text NOT NULL,
    status       integer NOT NULL,
    proxyport    integer NOT NULL,
    suspecttimes text,
    starttime    timestamptz NOT NULL,
    iamalivetime timestamptz NOT NULL,
    PRIMARY KEY (deploymentid, address, port, generation)
);

INSERT INTO orleansquery (querykey, querytext) VALUES
('InsertMembershipVersionKey', $query$
    WITH added AS (
        INSERT INTO orleansmembershipversiontable (deploymentid) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1
    )
    SELECT EXISTS (SELECT FROM added)
$query$),

-- Whoever turns the version holds its row until the end: of two that know the same version the second one finds it turned.
('InsertMembershipKey', $query$
    WITH turned AS (
        UPDATE orleansmembershipversiontable SET version = version + 1, timestamp = now()
        WHERE deploymentid = @DeploymentId AND version = @Version AND NOT EXISTS (
            SELECT FROM orleansmembershiptable
            WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING deploymentid
    ), added AS (
        INSERT INTO orleansmembershiptable
            (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
        SELECT deploymentid, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM turned
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM added)
$query$),

-- The silo's row is locked first: nobody may clean it away between the version and itself.
('UpdateMembershipKey', $query$
    WITH silo AS (
        SELECT deploymentid, address, port, generation FROM orleansmembershiptable
        WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
        FOR UPDATE
    ), turned AS (
        UPDATE orleansmembershipversiontable v SET version = v.version + 1, timestamp = now() FROM silo
        WHERE v.deploymentid = silo.deploymentid AND v.version = @Version
        RETURNING v.deploymentid
    ), changed AS (
        UPDATE orleansmembershiptable m SET status = @Status, suspecttimes = @SuspectTimes, iamalivetime = @IAmAliveTime FROM turned
        WHERE m.deploymentid = turned.deploymentid AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM changed)
$query$),

('UpdateIAmAlivetimeKey', $query$
    UPDATE orleansmembershiptable SET iamalivetime = @IAmAliveTime
    WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$query$),

-- The version comes also when there is no silo: then one row without one.
('MembershipReadRowKey', $query$
    SELECT v.deploymentid, m.address, m.port, m.generation, m.siloname, m.hostname, m.status, m.proxyport, m.suspecttimes,
           m.starttime, m.iamalivetime, v.version
    FROM orleansmembershipversiontable v LEFT JOIN orleansmembershiptable m
        ON m.deploymentid = v.deploymentid AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    WHERE v.deploymentid = @DeploymentId
$query$),

('MembershipReadAllKey', $query$
    SELECT v.deploymentid, m.address, m.port, m.generation, m.siloname, m.hostname, m.status, m.proxyport, m.suspecttimes,
           m.starttime, m.iamalivetime, v.version
    FROM orleansmembershipversiontable v LEFT JOIN orleansmembershiptable m ON m.deploymentid = v.deploymentid
    WHERE v.deploymentid = @DeploymentId
$query$),

('GatewaysQueryKey', $query$
    SELECT address, proxyport, generation FROM orleansmembershiptable
    WHERE deploymentid = @DeploymentId AND status = @Status AND proxyport > 0
$query$),

('DeleteMembershipTableEntriesKey', $query$
    WITH silos AS (DELETE FROM orleansmembershiptable WHERE deploymentid = @DeploymentId)
    DELETE FROM orleansmembershipversiontable WHERE deploymentid = @DeploymentId
$query$),

-- 6 is a dead silo. The packages look for it themselves since 10.4 and have it deleted if it is still as they saw it …
('CleanupDefunctSiloEntryKey', $query$
    DELETE FROM orleansmembershiptable
    WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
        AND status = 6 AND starttime = @StartTime AND iamalivetime = @IAmAliveTime
        AND coalesce(suspecttimes, '') = coalesce(@SuspectTimes, '')
$query$),

-- … and left that to the database before.
('CleanupDefunctSiloEntriesKey', $query$
    DELETE FROM orleansmembershiptable WHERE deploymentid = @DeploymentId AND status = 6 AND iamalivetime < @IAmAliveTime
$query$)
ON CONFLICT (querykey) DO NOTHING;
