import 'reflect-metadata';
import { Controller, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxy, ClientsModule, Ctx, EventPattern, MessagePattern, MicroserviceOptions, Payload, RmqContext } from '@nestjs/microservices';
import { client, handle, listener, publish } from './broker.js';
import { pool, transaction } from './database.js';
import type { OrderEvent, Receipt } from './events.js';

const schema = `
  CREATE SCHEMA IF NOT EXISTS inventory;
  CREATE TABLE IF NOT EXISTS inventory.stock (
    product_id text PRIMARY KEY, received bigint NOT NULL, available bigint NOT NULL CHECK (available >= 0));
  CREATE TABLE IF NOT EXISTS inventory.reservations (
    order_id uuid PRIMARY KEY, product_id text NOT NULL, quantity bigint NOT NULL)`;

@Controller()
class Inventory {
  constructor(@Inject('orders') private readonly orders: ClientProxy, @Inject('payments') private readonly payments: ClientProxy) {}

  @EventPattern('order.placed')
  placed(@Payload() order: OrderEvent, @Ctx() context: RmqContext) {
    return handle(context, async () => {
      if (await this.reserve(order)) await publish(this.payments, 'stock.reserved', order);
      else await publish(this.orders, 'stock.refused', order);
    });
  }

  @MessagePattern('stock.receive')
  receive(@Payload() { productId, pieces }: Receipt, @Ctx() context: RmqContext) {
    return handle(context, async () => {
      await pool.query(
        `INSERT INTO inventory.stock VALUES ($1, $2, $2)
         ON CONFLICT (product_id) DO UPDATE SET received = stock.received + $2, available = stock.available + $2`, [productId, pieces]);
      return true;
    });
  }

  @MessagePattern('stock.read')
  read(@Payload() productId: string, @Ctx() context: RmqContext) {
    return handle(context, async () =>
      (await pool.query('SELECT received, available FROM inventory.stock WHERE product_id = $1', [productId])).rows[0]);
  }

  /** False: there are not enough. A message that came before finds its reservation, and is answered again. */
  private reserve({ orderId, productId, quantity }: OrderEvent): Promise<boolean> {
    return transaction(async (on) => {
      const mine = await on.query(
        'INSERT INTO inventory.reservations VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [orderId, productId, quantity]);
      if (mine.rowCount === 0) return true;
      const taken = await on.query(
        'UPDATE inventory.stock SET available = available - $2 WHERE product_id = $1 AND available >= $2', [productId, quantity]);
      if (taken.rowCount === 0) await on.query('DELETE FROM inventory.reservations WHERE order_id = $1', [orderId]);
      return taken.rowCount === 1;
    });
  }
}

@Module({ imports: [ClientsModule.register([client('orders'), client('payments')])], controllers: [Inventory] })
class InventoryModule {}

await pool.query(schema);
await (await NestFactory.createMicroservice<MicroserviceOptions>(InventoryModule, listener('inventory'))).listen();
