import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventView } from './api-client';

interface Envelope {
  readonly signature: ReceivedWebhook['signature'];
  readonly 'event-data': EventView;
}

export interface ReceivedWebhook {
  readonly body: string;
  readonly signature: {
    readonly token: string;
    readonly timestamp: string;
    readonly signature: string;
  };
  readonly event: EventView;
}

/** A webhook endpoint that keeps what it gets, and answers what a test wants. */
export interface WebhookReceiver {
  readonly url: string;
  readonly received: ReceivedWebhook[];
  /** Status of the next answers; `reset` ends the connection instead. */
  answer: (webhook: ReceivedWebhook, times: number) => number | 'reset';
}

const servers: Server[] = [];

export async function startReceiver(): Promise<WebhookReceiver> {
  const times = new Map<string, number>();
  const receiver: WebhookReceiver & { url: string } = { url: '', received: [], answer: () => 200 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const parsed = JSON.parse(body) as Envelope;
      const webhook = { body, signature: parsed.signature, event: parsed['event-data'] };
      const key = webhook.event.id;
      times.set(key, (times.get(key) ?? 0) + 1);
      receiver.received.push(webhook);
      const answer = receiver.answer(webhook, times.get(key) ?? 1);
      if (answer === 'reset') request.socket.resetAndDestroy();
      else response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  receiver.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/webhooks`;
  return receiver;
}

export async function stopReceivers(): Promise<void> {
  await Promise.all(
    servers.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
}
