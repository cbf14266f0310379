-- Version 1 of what Microsoft.Orleans.Persistence.AdoNet needs beside the table orleansstorage (Schema.1.sql): its statements, found by
-- key, with the parameters and result columns it knows. Statements that are there already, of another installation, stay as they are.

CREATE TABLE IF NOT EXISTS orleansquery (
    querykey  text PRIMARY KEY,
    querytext text NOT NULL
);

INSERT INTO orleansquery (querykey, querytext) VALUES
-- One row comes back in any case; without a version in it the write met another one. The unique index lets one of two overlapping first
-- writes win, the other one conflicts.
('WriteToStorageKey', $query$
    WITH changed AS (
        UPDATE orleansstorage SET payloadbinary = @PayloadBinary, modifiedon = now() AT TIME ZONE 'utc', version = version + 1
        WHERE serviceid = @ServiceId AND graintypehash = @GrainTypeHash AND grainidhash = @GrainIdHash
            AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1 AND graintypestring = @GrainTypeString
            AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '')
            AND version = @GrainStateVersion
        RETURNING version
    ), added AS (
        INSERT INTO orleansstorage
            (grainidhash, grainidn0, grainidn1, graintypehash, graintypestring, grainidextensionstring, serviceid, payloadbinary, modifiedon, version)
        SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @PayloadBinary,
            now() AT TIME ZONE 'utc', 1
        WHERE @GrainStateVersion IS NULL
        ON CONFLICT DO NOTHING
        RETURNING version
    )
    SELECT coalesce((SELECT version FROM changed), (SELECT version FROM added)) AS newgrainstateversion
$query$),

('ReadFromStorageKey', $query$
    SELECT payloadbinary, version FROM orleansstorage
    WHERE serviceid = @ServiceId AND graintypehash = @GrainTypeHash AND grainidhash = @GrainIdHash
        AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1 AND graintypestring = @GrainTypeString
        AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '')
$query$),

('ClearStorageKey', $query$
    UPDATE orleansstorage SET payloadbinary = NULL, modifiedon = now() AT TIME ZONE 'utc', version = version + 1
    WHERE serviceid = @ServiceId AND graintypehash = @GrainTypeHash AND grainidhash = @GrainIdHash
        AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1 AND graintypestring = @GrainTypeString
        AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '')
        AND version = @GrainStateVersion
    RETURNING version AS newgrainstateversion
$query$),

-- The version that comes back only tells that there was a row; it has to differ from the one that was known.
('DeleteStorageKey', $query$
    DELETE FROM orleansstorage
    WHERE serviceid = @ServiceId AND graintypehash = @GrainTypeHash AND grainidhash = @GrainIdHash
        AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1 AND graintypestring = @GrainTypeString
        AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '')
        AND version = @GrainStateVersion
    RETURNING version + 1 AS newgrainstateversion
$query$)
ON CONFLICT (querykey) DO NOTHING;
