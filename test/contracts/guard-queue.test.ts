import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readGuardMessage } from '../../lambdas/adapters/sqs/guard-message';
import { GuardQueue } from '../../lambdas/adapters/sqs/guard-queue';
import { PermanentError, TransientError } from '../../lambdas/core/errors';
import type { GuardRequest } from '../../lambdas/core/guard/guard-requests';
import { sqsEndpoint, testClientSettings } from '../support/engines/endpoints';

const sqs = new SQSClient({ ...testClientSettings, endpoint: sqsEndpoint() });
afterAll(() => sqs.destroy());

async function aQueue(): Promise<string> {
  const created = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }));
  return created.QueueUrl!;
}

async function receive(QueueUrl: string, WaitTimeSeconds = 0): Promise<string | undefined> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }),
  );
  return Messages[0]?.Body;
}

const campaign = { accountId: 'acme', campaignId: 'spring-sale' };

describe('the guard queue', () => {
  it.each<GuardRequest>([
    { request: 'evaluate', subject: { subject: 'campaign', campaign }, dueAtMs: 1_700_000_000_000 },
    { request: 'evaluate', subject: { subject: 'campaign', campaign } },
    { request: 'evaluate', subject: { subject: 'account', accountId: 'acme' }, dueAtMs: 0 },
    { request: 'sweep', after: campaign },
  ])('takes %j', async (request) => {
    const url = await aQueue();

    await new GuardQueue(sqs, url).put(request);

    expect(readGuardMessage((await receive(url)) ?? '')).toEqual(request);
  });

  it('hands a request out when its delay is over', async () => {
    const url = await aQueue();

    await new GuardQueue(sqs, url).put({ request: 'sweep', after: campaign }, 1);

    expect(await receive(url)).toBeUndefined();
    expect(await receive(url, 5)).toBeDefined();
  });

  it('calls a queue that does not answer as it should a transient fault', async () => {
    const gone = new GuardQueue(sqs, `${await aQueue()}-gone`);

    await expect(gone.put({ request: 'sweep', after: campaign })).rejects.toThrow(TransientError);
  });

  it.each([
    ['no JSON', '{"accountId":"ada@example.com"'],
    ['another version', '{"version":2,"accountId":"acme"}'],
    ['no id', '{"version":1,"accountId":"ada@example.com"}'],
    ['nothing to look at', '{"version":1}'],
  ])('calls what nobody can read malformed, and does not quote it: %s', (_what, body) => {
    const read = () => readGuardMessage(body);

    expect(read).toThrow(PermanentError);
    expect(read).toThrow(/^(?!.*ada@)/);
  });
});
