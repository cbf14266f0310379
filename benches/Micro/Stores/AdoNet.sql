-- What users of Microsoft.Orleans.Persistence.AdoNet have in their PostgreSQL: the provider's table, an index over its two hashes, and
-- writes that go through a function, whose plans a session makes once. In our own words, in a schema of its own: neither store may
-- profit, or suffer, from the other one's index.

CREATE TABLE orleansquery (
    querykey  varchar(64) PRIMARY KEY,
    querytext varchar(8000) NOT NULL
);

CREATE TABLE orleansstorage (
    grainidhash            integer NOT NULL,
    grainidn0              bigint NOT NULL,
    grainidn1              bigint NOT NULL,
    graintypehash          integer NOT NULL,
    graintypestring        varchar(512) NOT NULL,
    grainidextensionstring varchar(512),
    serviceid              varchar(150) NOT NULL,
    payloadbinary          bytea,
    modifiedon             timestamp NOT NULL,
    version                integer
);

CREATE INDEX orleansstorage_by_hashes ON orleansstorage (grainidhash, graintypehash);

CREATE FUNCTION store_state(
    idhash integer, n0 bigint, n1 bigint, typehash integer, typename varchar, extension varchar, service varchar, known integer, payload bytea)
    RETURNS TABLE (newgrainstateversion integer) LANGUAGE plpgsql AS
$function$
BEGIN
    IF known IS NULL THEN
        INSERT INTO orleansstorage
        SELECT idhash, n0, n1, typehash, typename, extension, service, payload, now() AT TIME ZONE 'utc', 1
        WHERE NOT EXISTS (
            SELECT FROM orleansstorage s
            WHERE s.grainidhash = idhash AND s.graintypehash = typehash AND s.grainidn0 = n0 AND s.grainidn1 = n1
                AND s.graintypestring = typename AND s.serviceid = service AND s.grainidextensionstring IS NOT DISTINCT FROM extension);
    ELSE
        UPDATE orleansstorage s SET payloadbinary = payload, modifiedon = now() AT TIME ZONE 'utc', version = s.version + 1
        WHERE s.grainidhash = idhash AND s.graintypehash = typehash AND s.grainidn0 = n0 AND s.grainidn1 = n1
            AND s.graintypestring = typename AND s.serviceid = service AND s.grainidextensionstring IS NOT DISTINCT FROM extension
            AND s.version = known;
    END IF;
    -- The version that was known, if nothing was stored: that is how the provider learns of a conflict. A statement of its own, as there.
    RETURN QUERY SELECT CASE WHEN FOUND THEN coalesce(known, 0) + 1 ELSE known END;
END
$function$;

-- The provider asks for all four when it starts; the bench only writes.
INSERT INTO orleansquery (querykey, querytext) VALUES
('WriteToStorageKey', 'SELECT * FROM store_state(@GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @GrainStateVersion, @PayloadBinary)'),
('ReadFromStorageKey', 'SELECT NULL::bytea AS payloadbinary, NULL::integer AS version WHERE false'),
('ClearStorageKey', 'SELECT NULL::integer AS newgrainstateversion WHERE false'),
('DeleteStorageKey', 'SELECT NULL::integer AS newgrainstateversion WHERE false');
