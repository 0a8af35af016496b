import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { readSyncMessage } from '../../lambdas/adapters/sqs/sync-message';
import { SyncQueue } from '../../lambdas/adapters/sqs/sync-queue';
import { TransientError } from '../../lambdas/core/errors';
import { beginSync } from '../../lambdas/core/suppression/sync-request';
import { sqsEndpoint, testClientSettings } from '../support/engines/endpoints';

const sqs = new SQSClient({ ...testClientSettings, endpoint: sqsEndpoint() });
afterAll(() => sqs.destroy());

const request = {
  ...beginSync('mg.example.com', 1_770_000_000_000),
  ...{ step: 'sweep' as const, place: 'abc', notBeforeMs: 5 },
  unread: [{ list: 'bounce' as const, reason: '403' }],
};

describe('the queue of syncs', () => {
  it('brings a request back as it was asked for', async () => {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }));

    await new SyncQueue(sqs, QueueUrl).ask(request, 0);

    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(readSyncMessage(Messages[0]?.Body ?? '')).toEqual(request);
  });

  it('delays it, and says when it may not have been taken', async () => {
    const failing = mockClient(SQSClient);
    failing.on(SendMessageCommand).rejects(new Error('throttled'));
    const queue = new SyncQueue(failing as unknown as SQSClient, 'https://queue.invalid');

    await expect(queue.ask(request, 900)).rejects.toThrow(TransientError);

    expect(failing.commandCalls(SendMessageCommand)[0]?.args[0].input).toMatchObject({
      DelaySeconds: 900,
    });
    failing.restore();
  });
});
