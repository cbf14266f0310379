import { ClientProvider, ClientProxy, MicroserviceOptions, RmqContext, Transport } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';

const urls = [process.env.AMQP_URL!];

/** How a service listens: a durable queue, and acknowledgements by hand. */
export const listener = (queue: string): MicroserviceOptions => ({
  transport: Transport.RMQ,
  options: { urls, queue, noAck: false, prefetchCount: 64, queueOptions: { durable: true } },
});

/** How others write to it. */
export const client = (queue: string): ClientProvider & { name: string } => ({
  name: queue,
  transport: Transport.RMQ,
  options: { urls, queue, persistent: true, queueOptions: { durable: true } },
});

/** Until the broker has confirmed it: the client's channel is one with confirms. */
export const publish = (to: ClientProxy, event: string, body: object): Promise<unknown> =>
  lastValueFrom(to.emit(event, body), { defaultValue: undefined });

/** Acknowledged when it is done, which is after the commit and what it publishes; otherwise it comes again. */
export async function handle<T>(context: RmqContext, work: () => Promise<T>): Promise<T> {
  const [channel, message] = [context.getChannelRef(), context.getMessage()];
  try {
    const result = await work();
    channel.ack(message);
    return result;
  } catch (fault) {
    console.error(fault);
    channel.nack(message, false, true);
    throw fault;
  }
}
