import 'reflect-metadata';
import { Body, Controller, Get, Headers, HttpCode, Inject, Module, NotFoundException, Param, Post, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxy, ClientsModule, Ctx, EventPattern, Payload, RmqContext } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { lastValueFrom } from 'rxjs';
import { client, handle, listener, publish } from './broker.js';
import { pool } from './database.js';
import type { OrderEvent } from './events.js';
import { Outcomes } from './outcomes.js';
import { OrderBody, orderIdOf, OrderRow, schema, view, waitOf } from './order-tables.js';

@Controller()
class Orders {
  private readonly outcomes = new Outcomes();

  constructor(@Inject('inventory') private readonly inventory: ClientProxy, @Inject('notifications') private readonly notifications: ClientProxy) {}

  @Get('health/ready')
  ready() {
    return 'ready';
  }

  @Put('v1/products/:id')
  async product(@Param('id') id: string, @Body() body: { price: { amount: number } }) {
    await pool.query('INSERT INTO orders.products VALUES ($1, $2) ON CONFLICT DO NOTHING', [id, body.price.amount]);
    return {};
  }

  @Post('v1/stock/:id/adjustments')
  receive(@Param('id') productId: string, @Body() body: { delta: number }) {
    return lastValueFrom(this.inventory.send('stock.receive', { productId, pieces: body.delta }));
  }

  @Get('v1/stock/:id')
  async stock(@Param('id') id: string) {
    const { received, available } = await lastValueFrom(this.inventory.send('stock.read', id));
    return { onHand: received, held: received - available, available, shipped: 0 };
  }

  @Post('v1/orders')
  @HttpCode(201)
  async place(@Headers('idempotency-key') key: string, @Headers('prefer') prefer: string | undefined, @Body() body: OrderBody) {
    const orderId = orderIdOf(key);
    const [{ productId, quantity }] = body.items;
    const outcome = this.outcomes.of(orderId, waitOf(prefer));
    const placed = await pool.query<OrderRow>(
      `INSERT INTO orders.orders SELECT $1, $2, $3, $4, price * $4, 'placed' FROM orders.products WHERE product_id = $3
       ON CONFLICT DO NOTHING RETURNING *`, [orderId, body.customerId, productId, quantity]);
    // A key that is known: the order that it became.
    if (placed.rowCount === 0) return this.read(orderId);
    const order = placed.rows[0];
    await publish(this.inventory, 'order.placed', { orderId, productId, quantity, total: order.total } satisfies OrderEvent);
    return view(order, await outcome);
  }

  @Get('v1/orders/:id')
  async read(@Param('id') id: string) {
    const found = await pool.query<OrderRow>('SELECT * FROM orders.orders WHERE order_id = $1', [id]);
    if (found.rowCount === 0) throw new NotFoundException();
    return view(found.rows[0]);
  }

  @EventPattern('payment.captured')
  captured(@Payload() order: OrderEvent, @Ctx() context: RmqContext) {
    return handle(context, () => this.end(order, 'confirmed'));
  }

  @EventPattern('stock.refused')
  refused(@Payload() order: OrderEvent, @Ctx() context: RmqContext) {
    return handle(context, () => this.end(order, 'rejected'));
  }

  private async end(order: OrderEvent, status: 'confirmed' | 'rejected') {
    await pool.query('UPDATE orders.orders SET status = $2 WHERE order_id = $1', [order.orderId, status]);
    await publish(this.notifications, `order.${status}`, order);
    this.outcomes.ended(order.orderId, status);
  }
}

@Module({ imports: [ClientsModule.register([client('inventory'), client('notifications')])], controllers: [Orders] })
class OrdersModule {}

await pool.query(schema);
const app = await NestFactory.create(OrdersModule, new FastifyAdapter());
app.connectMicroservice(listener('orders'));
await app.startAllMicroservices();
await app.listen(Number(process.env.PORT), '127.0.0.1');
