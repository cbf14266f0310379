-- What the application has stored, in the words of the check that all contenders go through.
CREATE TEMP VIEW book_orders AS
    SELECT id::text AS id, body->>'Status' AS status, body->>'ProductId' AS product, (body->>'Quantity')::bigint AS quantity, (body->>'Total')::bigint AS total
    FROM wolverine.order_saga;
CREATE TEMP VIEW book_payments AS SELECT order_id::text AS order_id, kind, amount FROM ledger;
CREATE TEMP VIEW book_stock AS
    SELECT product_id AS product, received, available, coalesce(taken, 0) AS taken
    FROM stock LEFT JOIN (SELECT product_id, sum(quantity) AS taken FROM reservations GROUP BY product_id) reserved USING (product_id);
