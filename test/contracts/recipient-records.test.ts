import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { recipientsKey, messageKey } from '../../lambdas/adapters/dynamodb/keys';
import { MessageIndexTable } from '../../lambdas/adapters/dynamodb/message-index-table';
import { RecipientRecordsTable } from '../../lambdas/adapters/dynamodb/recipient-records-table';
import type { RecipientRecords } from '../../lambdas/core/recipient/recipient-records';
import type { MessageIndex } from '../../lambdas/core/submission/message-index';
import { createTestTable, type TestTable } from '../support/engines/test-table';
import { InMemoryMessageIndex } from '../support/fakes/in-memory-message-index';
import { InMemoryRecipientRecords } from '../support/fakes/in-memory-recipient-records';

const NOW = 1_700_000_000_000;
const aBatchKey = () => ({ accountId: 'acme', campaignId: randomUUID(), batchId: '000001' });
const expiry = { timeToLiveSeconds: 100, clock: () => NOW };

let table: TestTable;

beforeAll(async () => {
  table = await createTestTable();
});

describe.each<[string, () => RecipientRecords]>([
  ['in memory', () => new InMemoryRecipientRecords()],
  ['DynamoDB', () => new RecipientRecordsTable(table.client, table.tableName, expiry)],
])('RecipientRecords: %s', (_name, create) => {
  it('gives the digests of 1,000 recipients back byte for byte', async () => {
    const records = create();
    const batch = aBatchKey();
    const digests = Uint8Array.from({ length: 8000 }, (_unused, index) => index % 256);

    await records.record(batch, { domain: 'mg.example.com', digests });
    await records.record(batch, { domain: 'mg.example.com', digests });

    const { domain, digests: read } = (await records.read(batch))!;
    expect(domain).toBe('mg.example.com');
    expect(Buffer.from(read)).toEqual(Buffer.from(digests));
  });

  it('knows nothing of a batch that nobody tried to submit', async () => {
    expect(await create().read(aBatchKey())).toBeUndefined();
  });
});

describe.each<[string, () => MessageIndex]>([
  ['in memory', () => new InMemoryMessageIndex()],
  ['DynamoDB', () => new MessageIndexTable(table.client, table.tableName, expiry)],
])('MessageIndex: %s', (_name, create) => {
  it('finds the submission behind a message id', async () => {
    const index = create();
    const submission = { ...aBatchKey(), path: '/01' };
    const messageId = `${randomUUID()}@mg.example.com`;

    await index.record(messageId, submission);
    await index.record(messageId, submission);

    expect(await index.find(messageId)).toEqual(submission);
  });

  it('finds nothing for mail that is not ours', async () => {
    expect(await create().find(`${randomUUID()}@mg.example.com`)).toBeUndefined();
  });
});

it('reads a record of an earlier version, which does not name the domain', async () => {
  const batch = aBatchKey();
  const Item = { ...recipientsKey(batch), v: 1, digests: new Uint8Array(8).fill(7) };
  await table.client.send(new PutCommand({ TableName: table.tableName, Item }));

  const record = await new RecipientRecordsTable(table.client, table.tableName).read(batch);

  expect(record?.domain).toBeUndefined();
  expect(Buffer.from(record!.digests)).toEqual(Buffer.alloc(8, 7));
});

it('lets records expire when their time is over', async () => {
  const batch = aBatchKey();
  await new RecipientRecordsTable(table.client, table.tableName, expiry).record(batch, {
    domain: 'mg.example.com',
    digests: new Uint8Array(8),
  });
  await new MessageIndexTable(table.client, table.tableName, expiry).record('x@y', {
    ...batch,
    path: '/',
  });

  for (const Key of [recipientsKey(batch), messageKey('x@y')]) {
    const { Item: item } = await table.client.send(
      new GetCommand({ TableName: table.tableName, Key }),
    );
    expect(item).toMatchObject({ v: 1, ttl: NOW / 1000 + 100 });
  }
});
