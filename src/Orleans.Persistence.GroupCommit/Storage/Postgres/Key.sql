-- A grain's key from the columns of Microsoft.Orleans.Persistence.AdoNet; see StorageKey.cs, which refuses every key that this
-- does not give back as it was. Without a number the extension is the key; a number alone in n1 is an integer, upper-case hex;
-- two numbers are a Guid, whose bytes they hold in the order that .NET gives them: 4, 2 and 2 reversed, the others as they come.
CREATE OR REPLACE FUNCTION groupcommit_key(n0 bigint, n1 bigint, extension text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE CALLED ON NULL INPUT
RETURN CASE
    WHEN n0 = 0 AND n1 = 0 AND extension IS NOT NULL THEN extension
    WHEN n0 = 0 THEN upper(to_hex(n1) COLLATE "C") || coalesce('+' || extension, '')
    ELSE lpad(to_hex(n0 & 4294967295), 8, '0')
        || lpad(to_hex((n0 >> 32) & 65535), 4, '0')
        || lpad(to_hex((n0 >> 48) & 65535), 4, '0')
        || lpad(to_hex(n1 & 255), 2, '0')
        || lpad(to_hex((n1 >> 8) & 255), 2, '0')
        || lpad(to_hex((n1 >> 16) & 255), 2, '0')
        || lpad(to_hex((n1 >> 24) & 255), 2, '0')
        || lpad(to_hex((n1 >> 32) & 255), 2, '0')
        || lpad(to_hex((n1 >> 40) & 255), 2, '0')
        || lpad(to_hex((n1 >> 48) & 255), 2, '0')
        || lpad(to_hex((n1 >> 56) & 255), 2, '0')
        || coalesce('+' || extension, '')
END;
