import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { ControlsTable } from '../../../lambdas/adapters/dynamodb/controls-table';
import { TransientError } from '../../../lambdas/core/errors';

const dynamoDb = mockClient(DynamoDBDocumentClient);
const controls = new ControlsTable(dynamoDb as unknown as DynamoDBDocumentClient, 'controls');
const campaign = { accountId: 'acme', campaignId: 'spring' };
const change = { reason: 'refused', actor: 'send-batch', atMs: 1 };

const standingKey = { pk: 'campaign#acme#spring', sk: 'standing' };
const paused = { ...standingKey, v: 1, standing: 'paused', reason: 'refused', sinceMs: 1 };

beforeEach(() => dynamoDb.reset());

describe('reading', () => {
  it('asks for the campaign, the account and the domain in one strongly consistent request', async () => {
    dynamoDb.on(BatchGetCommand).resolves({});

    await controls.standings(campaign, 'mg.example.com');

    expect(dynamoDb.commandCalls(BatchGetCommand)).toHaveLength(1);
    expect(dynamoDb.commandCalls(BatchGetCommand)[0]?.args[0].input).toEqual({
      RequestItems: {
        controls: {
          ConsistentRead: true,
          Keys: [
            standingKey,
            { pk: 'account#acme', sk: 'standing' },
            { pk: 'domain#mg.example.com', sk: 'standing' },
            { pk: 'domain#mg.example.com', sk: 'hold' },
            { pk: 'domain#mg.example.com', sk: 'cap' },
          ],
        },
      },
    });
  });

  it('asks again for what was left unprocessed, and for no more', async () => {
    dynamoDb
      .on(BatchGetCommand)
      .resolvesOnce({ UnprocessedKeys: { controls: { Keys: [standingKey] } } })
      .resolves({ Responses: { controls: [paused] } });

    const { campaign: record } = await controls.standings(campaign, 'mg.example.com');

    expect(record.standing).toBe('paused');
    const second = dynamoDb.commandCalls(BatchGetCommand)[1]?.args[0].input;
    expect(second?.RequestItems?.['controls']).toEqual({
      Keys: [standingKey],
      ConsistentRead: true,
    });
  });

  it('fails closed when a part stays unprocessed', async () => {
    dynamoDb
      .on(BatchGetCommand)
      .resolves({ UnprocessedKeys: { controls: { Keys: [standingKey] } } });

    await expect(controls.standings(campaign, 'mg.example.com')).rejects.toThrow(TransientError);
    expect(dynamoDb.commandCalls(BatchGetCommand)).toHaveLength(5);
  });

  it('fails closed when the table can not be read', async () => {
    dynamoDb.on(BatchGetCommand).rejects(new Error('down'));

    await expect(controls.campaign(campaign)).rejects.toThrow(TransientError);
  });

  it.each([
    ['a later version', { ...paused, v: 2 }, 'v'],
    ['a standing it does not know', { ...paused, standing: 'archived' }, 'standing'],
  ])('fails closed on an item of %s, naming the field', async (_case, item, field) => {
    dynamoDb.on(BatchGetCommand).resolves({ Responses: { controls: [item] } });

    const error = await controls.campaign(campaign).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(TransientError);
    expect((error as Error).message).toBe(`a stored control is not of version 1: ${field}`);
  });

  it('tells a suspended account and why', async () => {
    const item = {
      pk: 'account#acme',
      sk: 'standing',
      v: 1,
      standing: 'suspended',
      reason: 'rates',
    };
    dynamoDb.on(BatchGetCommand).resolves({ Responses: { controls: [item] } });

    expect(await controls.account('acme')).toEqual({ standing: 'suspended', reason: 'rates' });
  });
});

describe('changing', () => {
  it('makes every change recognisable as its own, should the SDK repeat it after a lost reply', async () => {
    dynamoDb.on(UpdateCommand).resolves({});

    await controls.pauseCampaign(campaign, change);
    await controls.pauseCampaign(campaign, change);

    const [first, second] = dynamoDb.commandCalls(UpdateCommand).map((call) => call.args[0].input);
    const tokenOf = (input: typeof first): unknown => input?.ExpressionAttributeValues?.[':token'];
    expect(first?.ConditionExpression).toContain('OR changeToken = :token');
    expect(tokenOf(first)).toEqual(expect.any(String));
    expect(tokenOf(first)).not.toBe(tokenOf(second));
  });

  it('takes a failed condition as nothing changed', async () => {
    dynamoDb
      .on(UpdateCommand)
      .rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {} }));

    expect(await controls.blockDomain('mg.example.com', change)).toBe(false);
  });

  it('reports any other failure as transient, by its name only', async () => {
    const fault = Object.assign(new Error('quotes ada@example.com'), {
      name: 'ThrottlingException',
    });
    dynamoDb.on(UpdateCommand).rejects(fault);

    const error = await controls.pauseCampaign(campaign, change).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(TransientError);
    expect((error as Error).message).toBe('could not change a standing: ThrottlingException');
  });
});
