import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AuthenticEvent } from '../../core/delivery-event/authentic-event';
import type { EventBatches } from '../../core/delivery-event/event-batches';
import { TransientError } from '../../core/errors';
import { writeEventMessage } from './event-message';
import { MAX_MESSAGE_BYTES } from './message-size';

/** SQS takes ten messages in one request, of at most 1 MiB together. */
const MAX_ENTRIES = 10;

/** `EventBatches` on a standard SQS queue. */
export class EventBatchQueue implements EventBatches {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  async sendAll(events: readonly AuthenticEvent[]): Promise<{ readonly tooLarge: number }> {
    const bodies = events.map(writeEventMessage);
    const fitting = bodies.filter((body) => Buffer.byteLength(body) <= MAX_MESSAGE_BYTES);
    for (const batch of batchesOf(fitting)) await this.sendBatch(batch);
    return { tooLarge: bodies.length - fitting.length };
  }

  private async sendBatch(bodies: readonly string[]): Promise<void> {
    const command = new SendMessageBatchCommand({
      QueueUrl: this.queueUrl,
      Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
    });
    const { Failed = [] } = await this.client.send(command).catch((error: unknown) => {
      throw new TransientError('the event queue did not take the events', { cause: error });
    });
    if (Failed.length === 0) return;
    throw new TransientError(`the event queue did not take ${Failed.length} of the events`);
  }
}

function batchesOf(bodies: readonly string[]): string[][] {
  const batches: string[][] = [];
  let room = 0;
  for (const body of bodies) {
    const bytes = Buffer.byteLength(body);
    const last = batches.at(-1);
    if (last === undefined || last.length === MAX_ENTRIES || bytes > room) {
      batches.push([body]);
      room = MAX_MESSAGE_BYTES - bytes;
    } else {
      last.push(body);
      room -= bytes;
    }
  }
  return batches;
}
