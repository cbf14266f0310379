import 'reflect-metadata';
import { Controller, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxy, ClientsModule, Ctx, EventPattern, MicroserviceOptions, Payload, RmqContext } from '@nestjs/microservices';
import { client, handle, listener, publish } from './broker.js';
import { pool } from './database.js';
import type { OrderEvent } from './events.js';

const schema = `
  CREATE SCHEMA IF NOT EXISTS payments;
  CREATE TABLE IF NOT EXISTS payments.ledger (
    key text PRIMARY KEY, order_id uuid NOT NULL, kind text NOT NULL, amount bigint NOT NULL);
  CREATE TABLE IF NOT EXISTS payments.payments (
    order_id uuid PRIMARY KEY, amount bigint NOT NULL, status text NOT NULL)`;

/** The gateway outside: its ledger knows each key once, whoever asks again. */
const gateway = (kind: 'authorize' | 'capture', { orderId, total }: OrderEvent) =>
  pool.query('INSERT INTO payments.ledger VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [`${orderId}:${kind}`, orderId, kind, total]);

@Controller()
class Payments {
  constructor(@Inject('orders') private readonly orders: ClientProxy, @Inject('notifications') private readonly notifications: ClientProxy) {}

  @EventPattern('stock.reserved')
  reserved(@Payload() order: OrderEvent, @Ctx() context: RmqContext) {
    return handle(context, async () => {
      await gateway('authorize', order);
      await pool.query(`INSERT INTO payments.payments VALUES ($1, $2, 'authorized') ON CONFLICT DO NOTHING`, [order.orderId, order.total]);
      await publish(this.notifications, 'payment.authorized', order);
      await gateway('capture', order);
      await pool.query(`UPDATE payments.payments SET status = 'captured' WHERE order_id = $1`, [order.orderId]);
      await publish(this.orders, 'payment.captured', order);
    });
  }
}

@Module({ imports: [ClientsModule.register([client('orders'), client('notifications')])], controllers: [Payments] })
class PaymentsModule {}

await pool.query(schema);
await (await NestFactory.createMicroservice<MicroserviceOptions>(PaymentsModule, listener('payments'))).listen();
