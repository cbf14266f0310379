-- What the services have stored, in the words of the check that all contenders go through.
CREATE TEMP VIEW book_orders AS SELECT order_id::text AS id, status, product_id AS product, quantity, total FROM orders.orders;
CREATE TEMP VIEW book_payments AS SELECT order_id::text AS order_id, kind, amount FROM payments.ledger;
CREATE TEMP VIEW book_stock AS
    SELECT product_id AS product, received, available, coalesce(taken, 0) AS taken
    FROM inventory.stock LEFT JOIN (SELECT product_id, sum(quantity) AS taken FROM inventory.reservations GROUP BY product_id) reserved USING (product_id);
