import { createHash } from 'node:crypto';

export const schema = `
  CREATE SCHEMA IF NOT EXISTS orders;
  CREATE TABLE IF NOT EXISTS orders.products (product_id text PRIMARY KEY, price bigint NOT NULL);
  CREATE TABLE IF NOT EXISTS orders.orders (
    order_id uuid PRIMARY KEY, customer_id text NOT NULL, product_id text NOT NULL, quantity bigint NOT NULL, total bigint NOT NULL, status text NOT NULL)`;

export interface OrderBody {
  customerId: string;
  items: { productId: string; quantity: number }[];
}

export interface OrderRow {
  order_id: string;
  total: number;
  status: string;
}

/** The same key is the same order. */
export const orderIdOf = (key: string) => createHash('md5').update(key).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

/** The seconds of "Prefer: wait=30". */
export const waitOf = (prefer: string | undefined) => Number(/^wait=(\d+)$/.exec(prefer ?? '')?.[1] ?? 0);

export const view = ({ order_id, total, status: stored }: OrderRow, status = stored) => {
  const paid = status === 'confirmed' ? total : 0;
  return {
    id: order_id,
    version: status === 'placed' ? 1 : 2,
    status,
    total: { amount: total, currency: 'EUR' },
    payment: { status: paid ? 'captured' : 'none', authorized: paid, captured: paid, refunded: 0 },
    reason: status === 'rejected' ? 'insufficient_stock' : null,
  };
};
