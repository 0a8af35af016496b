import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { SqsDeadLetterSource } from '../../lambdas/adapters/sqs/dead-letter-source';
import { DeadLetterQueue } from '../../lambdas/adapters/sqs/dead-letter-queue';
import { redrive } from '../../lambdas/core/dead-letter/redrive';
import { aSendRequest } from '../support/builders/send-requests';
import { sqsEndpoint, testClientSettings } from '../support/engines/endpoints';
import { RecordingLog } from '../support/fakes/recording-log';
import { Sending, suppressing } from './sending-fixture';

const sqs = new SQSClient({ ...testClientSettings, endpoint: sqsEndpoint() });

async function aQueue(): Promise<string> {
  const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }));
  return url!;
}

/** Sending with the two queues of a campaign on the real engine. */
class Campaigns {
  readonly sending = new Sending();
  private constructor(
    readonly queueUrl: string,
    readonly deadLetterQueueUrl: string,
  ) {}

  static async start(): Promise<Campaigns> {
    return new Campaigns(await aQueue(), await aQueue());
  }

  /** Puts what was dead-lettered so far on the dead-letter queue, and redrives it. */
  async redrive() {
    const queue = new DeadLetterQueue(sqs, this.deadLetterQueueUrl, new RecordingLog());
    for (const letter of this.sending.letters.splice(0)) await queue.put(letter);
    const source = new SqsDeadLetterSource(sqs, this);
    return redrive(source, { letters: 100, untilMs: Infinity }, Date.now);
  }

  /** Sends the one message that lies on the queue. */
  async consume() {
    const QueueUrl = this.queueUrl;
    const { Messages: messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const [{ Body: body, ReceiptHandle } = {}] = messages;
    const disposition = await this.sending.sendBody(body!);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return disposition;
  }
}

it('mails nobody again by redriving a batch that was sent', async () => {
  const campaigns = await Campaigns.start();
  const { sending } = campaigns;
  await sending.send(aSendRequest());
  const before = await sending.stored();
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: campaigns.deadLetterQueueUrl,
      MessageBody: JSON.stringify(aSendRequest()),
    }),
  );

  expect(await campaigns.redrive()).toEqual({ moved: 1, empty: true });

  expect(await campaigns.consume()).toEqual({ disposition: 'done' });
  expect(sending.gateway.calls).toHaveLength(1);
  expect(await sending.stored()).toEqual(before);
});

it('sends a poison batch after what killed its workers was mended, from a clean record', async () => {
  const campaigns = await Campaigns.start();
  const { sending } = campaigns;
  const killed = new Error('the worker is dead');
  const end = sending.ledger.end.bind(sending.ledger);
  sending.suppressions = { suppressedAmong: () => Promise.reject(killed) };
  sending.ledger.end = () => Promise.reject(killed);
  for (let worker = 0; worker < 5; worker += 1) {
    await expect(sending.send(aSendRequest())).rejects.toBe(killed);
    sending.nowMs += 120_000;
  }
  sending.ledger.end = end;
  expect(await sending.send(aSendRequest())).toEqual({ disposition: 'done' });
  expect(sending.letters).toMatchObject([{ code: 'poison' }]);

  sending.suppressions = suppressing();
  expect(await campaigns.redrive()).toEqual({ moved: 1, empty: true });

  expect(await campaigns.consume()).toEqual({ disposition: 'done' });
  expect(sending.letters).toEqual([]);
  expect(await sending.stored()).toMatchObject({ state: 'accepted', attempts: 1 });
  expect(await campaigns.redrive()).toEqual({ moved: 0, empty: true });
});
