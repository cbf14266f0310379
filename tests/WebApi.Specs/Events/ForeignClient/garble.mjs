// Publishes what no shop would, where the shop takes its own events from, and prints the message ids.
//   node garble.mjs URL EXCHANGE ROUTINGKEY
import { connect } from 'amqplib';

const [url, exchange, key] = process.argv.slice(2);
const json = 'application/cloudevents+json';
const stream = { 'orleans-stream-namespace': 'orders', 'orleans-stream-key': 'partition-00' };
const entity = 'order/o:6a0e7c5e-2a5c-5a2e-9d0c-3b1f6f0a9c11';
const price = { amount: 1999, currency: 'EUR' };
const order = {
    specversion: '1.0', id: `${entity}/1`, source: '/shop/shop', type: 'shop.order-placed.v1', subject: entity, time: '2026-03-01T12:30:00Z',
    datacontenttype: 'application/json', sequence: '1', correlationid: 'forged',
    data: {
        placement: {
            orderId: '6a0e7c5e-2a5c-5a2e-9d0c-3b1f6f0a9c11', customerId: 'c-42', lines: [{ number: 1, productId: 'beans', quantity: 1, unitPrice: price }],
            total: price, paymentMethod: 'tok_ok', placedAt: '2026-03-01T12:30:00Z', trace: { correlationId: 'forged' },
        },
    },
};

const messages = {
    'no-json': ['hello', json, stream],
    'no-event': ['{"hello":"world"}', json, stream],
    'wrong-type': [JSON.stringify({ ...order, type: 'shop.order-lost.v1' }), json, stream],
    'wrong-id': [JSON.stringify({ ...order, id: 'order/1' }), json, stream],
    'wrong-total': [JSON.stringify({ ...order, data: { placement: { ...order.data.placement, total: { ...price, amount: 1 } } } }), json, stream],
    'no-headers': [JSON.stringify(order), json, {}],
    'no-content-type': [JSON.stringify(order), undefined, stream],
    'wrong-content-type': [JSON.stringify(order), 'text/plain', stream],
    'empty': ['', json, stream],
    'huge': ['x'.repeat(2_000_000), json, stream],
    'bomb': ['['.repeat(1_000_000), json, stream],
    'empty-batch': ['[]', 'application/cloudevents-batch+json', stream],
};

const connection = await connect(url);
const channel = await connection.createConfirmChannel();
for (const [messageId, [body, contentType, headers]] of Object.entries(messages))
    channel.publish(exchange, key, Buffer.from(body), { messageId, contentType, headers, persistent: true, mandatory: true });
await channel.waitForConfirms();
console.log(Object.keys(messages).join(' '));
await connection.close();
