-- What the grains have stored, in the words of the check that all contenders go through. The provider's default: each state a JSON document of Newtonsoft's.
CREATE TEMP VIEW states AS
    SELECT graintypestring AS kind, grainidextensionstring AS name, convert_from(payloadbinary, 'UTF8')::jsonb AS state
    FROM orleansstorage;
CREATE TEMP VIEW book_orders AS
    SELECT name AS id, state->>'Status' AS status, state->>'ProductId' AS product, (state->>'Quantity')::bigint AS quantity, (state->>'Total')::bigint AS total
    FROM states WHERE kind = 'order';
CREATE TEMP VIEW book_payments AS SELECT order_id::text AS order_id, kind, amount FROM ledger;
CREATE TEMP VIEW book_stock AS
    SELECT name AS product, (state->>'Received')::bigint AS received, (state->>'Available')::bigint AS available,
        coalesce((SELECT sum(r.value::bigint) FROM jsonb_each_text(state->'Reservations') r WHERE r.key NOT LIKE '$%'), 0) AS taken
    FROM states WHERE kind = 'stock';
