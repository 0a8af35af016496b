import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { CampaignMessageQueue } from '../../lambdas/adapters/sqs/campaign-message-queue';
import { readReleaseMessage } from '../../lambdas/adapters/sqs/release-message';
import { ReleaseQueue } from '../../lambdas/adapters/sqs/release-queue';
import type { ParkedScope } from '../../lambdas/core/batch/parked-batches';
import { NOTHING_FOUND, type ReleaseRequest } from '../../lambdas/core/batch/release-request';
import { TransientError } from '../../lambdas/core/errors';
import { sqsEndpoint, testClientSettings } from '../support/engines/endpoints';

const sqs = new SQSClient({ ...testClientSettings, endpoint: sqsEndpoint() });
afterAll(() => sqs.destroy());

async function aQueue(): Promise<string> {
  const created = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }));
  return created.QueueUrl!;
}

async function receive(QueueUrl: string, WaitTimeSeconds = 0): Promise<Message | undefined> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      ...{ QueueUrl, WaitTimeSeconds, MessageSystemAttributeNames: ['All'] },
    }),
  );
  return Messages[0];
}

describe('the release queue', () => {
  it.each<ParkedScope>([
    { scope: 'all' },
    { scope: 'account', accountId: 'acme' },
    { scope: 'campaign', accountId: 'acme', campaignId: 'spring-sale' },
    { scope: 'domain', domain: 'mg.example.com' },
  ])('takes a request for %j', async (scope) => {
    const url = await aQueue();

    await new ReleaseQueue(sqs, url).request(scope);

    const message = await receive(url);
    expect(readReleaseMessage(message?.Body ?? '')).toEqual({
      ...{ scope, findings: NOTHING_FOUND, tells: false },
    });
  });

  it('takes what is left of a request, and hands it out a little later', async () => {
    const url = await aQueue();
    const rest: ReleaseRequest = {
      ...{ scope: { scope: 'all' }, after: 'parked/acme/spring-sale/1/mg.example.com/m' },
      ...{ findings: { unreadable: 1, parkedTooLong: 20 }, tells: true },
    };

    await new ReleaseQueue(sqs, url).continueWith(rest);

    expect(await receive(url)).toBeUndefined();
    expect(readReleaseMessage((await receive(url, 5))?.Body ?? '')).toEqual(rest);
  });

  it('calls a queue that does not answer as it should a transient fault', async () => {
    const gone = new ReleaseQueue(sqs, `${await aQueue()}-gone`);

    await expect(gone.request({ scope: 'all' })).rejects.toThrow(TransientError);
  });
});

describe('the campaign queue', () => {
  it('gets a batch back as it came', async () => {
    const url = await aQueue();
    const body = `{"version":1,"subject":"Grüße","filler":"${'ü'.repeat(500_000)}"}`;

    await new CampaignMessageQueue(sqs, url).put({ body, groupId: 'acme' });

    expect((await receive(url))?.Body).toBe(body);
  });

  // The engine knows no message groups on standard queues.
  it.each([{ groupId: 'acme' }, {}])('gets a batch back in the group it had: %j', async (group) => {
    const recording = mockClient(SQSClient);

    await new CampaignMessageQueue(new SQSClient({}), 'https://queue').put({
      body: '{}',
      ...group,
    });

    const [call] = recording.commandCalls(SendMessageCommand);
    recording.restore();
    expect(call?.args[0].input.MessageGroupId).toBe(group.groupId);
  });

  it('calls a queue that does not answer as it should a transient fault', async () => {
    const gone = new CampaignMessageQueue(sqs, `${await aQueue()}-gone`);

    await expect(gone.put({ body: '{}' })).rejects.toThrow(TransientError);
  });
});
