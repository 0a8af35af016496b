import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { BatchBooksTable } from '../../../lambdas/adapters/dynamodb/batch-books-table';
import { RecipientRecordsTable } from '../../../lambdas/adapters/dynamodb/recipient-records-table';
import { SuppressionTable } from '../../../lambdas/adapters/dynamodb/suppression-table';
import { TransientError } from '../../../lambdas/core/errors';

const dynamoDb = mockClient(DynamoDBDocumentClient);
const client = dynamoDb as unknown as DynamoDBDocumentClient;
const key = { accountId: 'acme', campaignId: 'spring', batchId: '000001' };

beforeEach(() => {
  dynamoDb.reset();
  const fault = Object.assign(new Error('quotes what was asked'), { name: 'ThrottlingException' });
  dynamoDb.on(BatchGetCommand).rejects(fault);
  dynamoDb.on(GetCommand).rejects(fault);
  dynamoDb.on(QueryCommand).rejects(fault);
});

it.each([
  [
    'the batches of a campaign',
    () => new BatchBooksTable(client, 't').read(key)[Symbol.asyncIterator]().next(),
  ],
  ['one batch', () => new BatchBooksTable(client, 't').readBatch(key)],
  ['the recipients of a batch', () => new RecipientRecordsTable(client, 't').read(key)],
  [
    'a suppression',
    () => new SuppressionTable(client, 't').find('mg.example.com', Buffer.alloc(16)),
  ],
])(
  'reports that %s can not be read as transient, by the name of the fault only',
  async (_what, read) => {
    const error = await Promise.resolve(read()).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(TransientError);
    expect((error as Error).message).toMatch(/^could not read .+: ThrottlingException$/);
  },
);
