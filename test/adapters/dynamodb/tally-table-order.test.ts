import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { TallyTable } from '../../../lambdas/adapters/dynamodb/tally-table';
import { TransientError } from '../../../lambdas/core/errors';
import type { Tally } from '../../../lambdas/core/tally/tally';

const dynamoDb = mockClient(DynamoDBDocumentClient);
const tallies = new TallyTable(dynamoDb as unknown as DynamoDBDocumentClient, 'tallies');
const campaign = { accountId: 'acme', campaignId: 'spring' };

const item = (sk: string) => ({ sk, positions: new Set([0]) });
const shard = (number: string) => ({
  ExpressionAttributeValues: { ':pk': `acme#spring#${number}` },
});

async function namesRead(): Promise<string[]> {
  const all: Tally[] = [];
  for (let shardNumber = 0; shardNumber < tallies.shards; shardNumber += 1) {
    for await (const tally of tallies.readShard(campaign, shardNumber)) all.push(tally);
  }
  return all.map(({ batch, kind }) => `${batch.batchId}#${kind}`);
}

beforeEach(() => {
  dynamoDb.reset();
  dynamoDb.on(QueryCommand).resolves({});
});

it('keeps the tallies of a batch together that pages cut apart', async () => {
  const pages = [
    { Items: [item('a#bounced'), item('b#bounced')], LastEvaluatedKey: { at: 1 } },
    { Items: [item('b#clicked')], LastEvaluatedKey: { at: 2 } },
    { Items: [], LastEvaluatedKey: { at: 3 } },
    { Items: [item('b#delivered')] },
  ];
  dynamoDb.on(QueryCommand, shard('00')).callsFake(() => Promise.resolve(pages.shift()));
  dynamoDb.on(QueryCommand, shard('01')).resolves({ Items: [item('c#bounced')] });

  const names = await namesRead();

  expect([...names].sort()).toEqual([
    'a#bounced',
    'b#bounced',
    'b#clicked',
    'b#delivered',
    'c#bounced',
  ]);
  const first = names.indexOf('b#bounced');
  expect(names.slice(first, first + 3)).toEqual(['b#bounced', 'b#clicked', 'b#delivered']);
});

it('reports a shard that can not be read as transient', async () => {
  dynamoDb.on(QueryCommand, shard('07')).rejects(new Error('down'));

  await expect(namesRead()).rejects.toThrow(TransientError);
});
