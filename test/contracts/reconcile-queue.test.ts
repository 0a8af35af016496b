import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { EventBatchQueue } from '../../lambdas/adapters/sqs/event-batch-queue';
import { readEventMessage } from '../../lambdas/adapters/sqs/event-message';
import { readReconcileMessage } from '../../lambdas/adapters/sqs/reconcile-message';
import { ReconcileQueue, reconcileRequestsTo } from '../../lambdas/adapters/sqs/reconcile-queue';
import { PermanentError, TransientError } from '../../lambdas/core/errors';
import { theRequest } from '../reconcile/a-reconciler';
import { sqsEndpoint, testClientSettings } from '../support/engines/endpoints';

const sqs = new SQSClient({ ...testClientSettings, endpoint: sqsEndpoint() });
afterAll(() => sqs.destroy());

async function aQueue(): Promise<string> {
  const created = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }));
  return created.QueueUrl!;
}

async function bodiesIn(QueueUrl: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    const { Messages: messages = [] } = await sqs.send(command);
    if (messages.length === 0) return bodies;
    bodies.push(...messages.map(({ Body: body = '' }) => body));
  }
}

const anEvent = (token: string, filler = '') => ({
  ...{ token, signedAtMs: 1, receivedAtMs: 2, eventData: { filler } },
});

describe('the reconcile queue', () => {
  it('takes a request', async () => {
    const url = await aQueue();
    await new ReconcileQueue(sqs, url).request(theRequest);

    expect((await bodiesIn(url)).map(readReconcileMessage)).toEqual([theRequest]);
  });

  it('calls a queue that does not answer as it should a transient fault', async () => {
    const gone = new ReconcileQueue(sqs, `${await aQueue()}-gone`);

    await expect(gone.request(theRequest)).rejects.toThrow(TransientError);
  });

  it('takes nothing where nothing is reconciled', async () => {
    await expect(reconcileRequestsTo(sqs, '').request(theRequest)).resolves.toBeUndefined();
  });

  it.each([
    ['{"email":"ada@example.com"', 'malformed-reconcile-request'],
    ['[]', 'malformed-reconcile-request'],
    [JSON.stringify({ ...theRequest, version: 2 }), 'unknown-version'],
    [JSON.stringify({ ...theRequest, version: 1, path: '/x' }), 'malformed-reconcile-request'],
  ])('can not read %s', (body, code) => {
    const read = () => readReconcileMessage(body);

    expect(read).toThrow(PermanentError);
    expect(read).toThrow(expect.objectContaining({ code }) as Error);
    expect(read).not.toThrow(/ada/);
  });
});

describe('many events for the event queue', () => {
  it('all get there, however many and large they are', async () => {
    const url = await aQueue();
    const small = Array.from({ length: 23 }, (_, index) => anEvent(`small-${index}`));
    const large = ['a', 'b', 'c'].map((token) => anEvent(token, 'x'.repeat(600_000)));

    const sent = await new EventBatchQueue(sqs, url).sendAll([...small, ...large]);

    expect(sent).toEqual({ tooLarge: 0 });
    const tokens = (await bodiesIn(url)).map((body) => readEventMessage(body).token);
    expect(tokens.sort()).toEqual([...small, ...large].map(({ token }) => token).sort());
  });

  it('are counted where no message can hold them', async () => {
    const url = await aQueue();
    const events = [anEvent('a', 'x'.repeat(1_048_576)), anEvent('b')];

    expect(await new EventBatchQueue(sqs, url).sendAll(events)).toEqual({ tooLarge: 1 });
    expect(await bodiesIn(url)).toHaveLength(1);
  });

  it('are a transient fault where the queue takes none', async () => {
    const gone = new EventBatchQueue(sqs, `${await aQueue()}-gone`);

    await expect(gone.sendAll([anEvent('a')])).rejects.toThrow(TransientError);
  });
});
