import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { SuppressionTable } from '../../../lambdas/adapters/dynamodb/suppression-table';
import { TransientError } from '../../../lambdas/core/errors';

const documents = mockClient(DynamoDBDocumentClient);
const list = new SuppressionTable(DynamoDBDocumentClient.from(new DynamoDBClient({})), 'list');

const recipients = (count: number) =>
  Array.from({ length: count }, (_, index) => Buffer.from(String(index).padStart(16, '0')));

const calls = () => documents.commandCalls(BatchGetCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  documents.reset();
});

describe('SuppressionTable', () => {
  it('reads a hundred at a time, strongly consistent', async () => {
    documents.on(BatchGetCommand).resolves({});

    await list.suppressedAmong('mg.example.com', recipients(1_000), []);

    const requests = calls().map(({ RequestItems }) => RequestItems!['list']!);
    expect(requests.map(({ Keys }) => Keys!.length)).toEqual(Array.from({ length: 10 }, () => 100));
    expect(requests.every(({ ConsistentRead }) => ConsistentRead === true)).toBe(true);
  });

  it('asks again for what DynamoDB left unprocessed', async () => {
    const [first, second] = recipients(2).map((recipient) => ({
      pk: 'mg.example.com',
      sk: recipient.toString('hex'),
      v: 1,
      ...{ reason: 'bounce', cause: 'webhook:bounced', observedAtMs: 1 },
    }));
    documents
      .on(BatchGetCommand)
      .resolvesOnce({
        Responses: { list: [first!] },
        UnprocessedKeys: { list: { Keys: [{ pk: second!.pk, sk: second!.sk }] } },
      })
      .resolves({ Responses: { list: [second!] } });

    const suppressed = await list.suppressedAmong('mg.example.com', recipients(2), []);

    expect([...suppressed].sort()).toEqual([0, 1]);
    expect(calls()[1]!.RequestItems!['list']!.Keys).toEqual([{ pk: second!.pk, sk: second!.sk }]);
  });

  it('takes nobody for mailable whose answer never comes', async () => {
    const Keys = [{ pk: 'mg.example.com', sk: 'x' }];
    documents.on(BatchGetCommand).resolves({ UnprocessedKeys: { list: { Keys } } });

    await expect(list.suppressedAmong('mg.example.com', recipients(1), [])).rejects.toThrow(
      TransientError,
    );
  });

  it('takes nobody for mailable when the list can not be read', async () => {
    documents.on(BatchGetCommand).rejects(new Error('throttled'));

    await expect(list.suppressedAmong('mg.example.com', recipients(1), [])).rejects.toThrow(
      TransientError,
    );
  });

  it('says that a suppression is not stored', async () => {
    documents.on(BatchGetCommand).resolves({});
    documents.on(PutCommand).rejects(new Error('throttled'));
    const [recipient] = recipients(1);

    await expect(
      list.add({
        ...{ domain: 'mg.example.com', recipient: recipient!, reason: 'bounce' },
        ...{ cause: 'webhook:bounced', observedAtMs: 1 },
      }),
    ).rejects.toThrow(TransientError);
  });
});
