// Binds a queue of its own to an exchange and prints what comes, a line of JSON each.
//   node watch.mjs URL EXCHANGE KEY
import { connect } from 'amqplib';

const [url, exchange, key] = process.argv.slice(2);
const connection = await connect(url);
const channel = await connection.createChannel();
const { queue } = await channel.assertQueue('', { exclusive: true });
await channel.bindQueue(queue, exchange, key);

await channel.consume(queue, message => {
    const body = JSON.parse(message.content.toString('utf8'));
    const { contentType, messageId } = message.properties;
    for (const event of Array.isArray(body) ? body : [body])
        console.log(JSON.stringify({ key: message.fields.routingKey, contentType, messageId, event }));
    channel.ack(message);
}, { noAck: false });
console.log('watching');

// Ends with whoever started it.
process.stdin.resume().on('end', () => process.exit(0));
