import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { RemovalTrail } from '../../lambdas/adapters/dynamodb/removal-trail';
import { SuppressionRecordsTable } from '../../lambdas/adapters/dynamodb/suppression-records-table';
import { SuppressionTable } from '../../lambdas/adapters/dynamodb/suppression-table';
import { createTestTable } from '../support/engines/test-table';
import { InMemorySuppressionList } from '../support/fakes/in-memory-suppression-list';
import { describeSuppressionRecords } from './suppression-records.contract';

describeSuppressionRecords('in memory', () => {
  const records = new InMemorySuppressionList();
  return Promise.resolve({ records, list: records });
});

async function aTable() {
  const { client, tableName } = await createTestTable();
  // No partition of the one table is one of the other, so that one serves for both here.
  const trail = new RemovalTrail(client, tableName);
  return {
    ...{ client, tableName },
    records: new SuppressionRecordsTable(client, tableName, trail),
    list: new SuppressionTable(client, tableName),
  };
}

describeSuppressionRecords('DynamoDB', aTable);

describe('suppression records: items of the first versions', () => {
  const key = { pk: 'mg.example.com', sk: '00'.repeat(16) };
  const recipient = Buffer.alloc(16);

  it('reads them, and adds to them', async () => {
    const { client, tableName, list, records } = await aTable();
    const Item = {
      ...{ ...key, v: 1, reason: 'unsubscribe', cause: 'webhook:unsubscribed', observedAtMs: 5 },
      tags: new Set(['promo']),
    };
    await client.send(new PutCommand({ TableName: tableName, Item }));

    expect(await list.find(key.pk, recipient)).toMatchObject({ tags: ['promo'], observedAtMs: 5 });
    await list.add({
      ...{ domain: key.pk, recipient, reason: 'unsubscribe', cause: 'b', observedAtMs: 6 },
      tags: ['news'],
    });

    expect((await records.read(key.pk, recipient))?.grounds).toMatchObject([
      { tag: 'promo', cause: 'webhook:unsubscribed', confirmedAtMs: 5 },
      { tag: 'news', cause: 'b', confirmedAtMs: 6 },
    ]);
  });

  it('writes what they read: the reason, the cause, the time and the tags', async () => {
    const { client, tableName, list } = await aTable();
    await list.add({
      ...{ domain: key.pk, recipient, reason: 'unsubscribe', cause: 'b', observedAtMs: 6 },
      tags: ['news'],
    });

    const { Attributes } = await client.send(
      new UpdateCommand({
        ...{ TableName: tableName, Key: key, ReturnValues: 'ALL_NEW' },
        UpdateExpression: 'SET observedAtMs = observedAtMs',
      }),
    );

    expect(Attributes).toMatchObject({
      ...{ v: 1, reason: 'unsubscribe', cause: 'b', observedAtMs: 6, tags: new Set(['news']) },
    });
  });

  it('takes nobody for mailable of whom it can not read what is stored', async () => {
    const { client, tableName, list } = await aTable();
    await client.send(new PutCommand({ TableName: tableName, Item: { ...key, v: 2 } }));

    await expect(list.suppressedAmong(key.pk, [recipient], [])).rejects.toThrow();
  });
});
