import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { TallyTable } from '../../../lambdas/adapters/dynamodb/tally-table';
import { TransientError } from '../../../lambdas/core/errors';

const documents = mockClient(DynamoDBDocumentClient);
const NOW_MS = 1_770_146_433_000;
const tallies = new TallyTable(DynamoDBDocumentClient.from(new DynamoDBClient({})), 'tallies', {
  ...{ clock: () => NOW_MS, timeToLiveSeconds: 90 * 86_400 },
});
const aTally = {
  batch: { accountId: 'acme', campaignId: 'spring', batchId: '000001' },
  kind: 'delivered',
  positions: new Set([0, 7]),
} as const;

beforeEach(() => {
  documents.reset();
});

describe('TallyTable', () => {
  it('adds in one write, without reading what is there', async () => {
    documents.on(UpdateCommand).resolves({});

    await tallies.add(aTally);

    expect(documents.calls()).toHaveLength(1);
    expect(documents.commandCalls(UpdateCommand)[0]!.args[0].input).toMatchObject({
      Key: { pk: expect.stringMatching(/^acme#spring#\d\d$/) as string, sk: '000001#delivered' },
      UpdateExpression: 'ADD positions :positions SET v = :v, #ttl = :ttl',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      // Without it, what became of people would be kept for ever, and count for a later campaign of this id.
      ExpressionAttributeValues: { ':ttl': 1_770_146_433 + 90 * 86_400 },
    });
  });

  it('says that positions are not added', async () => {
    documents.on(UpdateCommand).rejects(new Error('throttled'));

    await expect(tallies.add(aTally)).rejects.toThrow(TransientError);
  });
});
