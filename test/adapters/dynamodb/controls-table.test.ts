import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  QueryCommand,
  UpdateCommand,
  type BatchGetCommandInput,
} from '@aws-sdk/lib-dynamodb';
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
            { pk: 'campaign#acme#spring', sk: 'doubt' },
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
  const lost = new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
  const updates = () => dynamoDb.commandCalls(UpdateCommand).map((call) => call.args[0].input);

  beforeEach(() => {
    dynamoDb.on(BatchGetCommand).resolves({});
    dynamoDb.on(UpdateCommand).resolves({});
  });

  it('makes every change recognisable as its own, should the SDK repeat it after a lost reply', async () => {
    await controls.pauseCampaign(campaign, change);
    await controls.pauseCampaign(campaign, change);

    const [first, second] = updates();
    const tokenOf = (input: typeof first): unknown =>
      input?.ExpressionAttributeValues?.[':changeToken'];
    expect(first?.ConditionExpression).toBe(
      'attribute_not_exists(#changeToken) OR #changeToken = :changeToken',
    );
    expect(tokenOf(first)).toEqual(expect.any(String));
    expect(tokenOf(first)).not.toBe(tokenOf(second));
  });

  it('files the change it replaces before it replaces it, under a key of that change alone', async () => {
    const stored = { ...paused, actor: 'ada', changeToken: 'token-7', changes: 7 };
    dynamoDb.on(BatchGetCommand).resolves({ Responses: { controls: [stored] } });

    await controls.resumeCampaign(campaign, change);

    const [filed, replaced] = updates();
    expect(filed?.Key).toEqual({
      pk: standingKey.pk,
      sk: 'audit#standing#0000000007#token-7',
    });
    expect(filed?.ExpressionAttributeValues).toMatchObject({
      ':standing': 'paused',
      ':reason': 'refused',
      ':actor': 'ada',
      ':sinceMs': 1,
    });
    expect(replaced?.Key).toEqual(standingKey);
    expect(replaced?.ConditionExpression).toContain('#changeToken = :seenToken');
    expect(replaced?.ExpressionAttributeValues).toMatchObject({
      ':seenToken': 'token-7',
      ':changes': 8,
    });
  });

  it('changes nothing when what it replaces can not be filed', async () => {
    dynamoDb.on(BatchGetCommand).resolves({ Responses: { controls: [paused] } });
    dynamoDb.on(UpdateCommand).rejects(new Error('down'));

    await expect(controls.resumeCampaign(campaign, change)).rejects.toThrow(TransientError);

    expect(updates().every(({ Key: key }) => key?.['sk'] !== 'standing')).toBe(true);
  });

  it('decides anew after another change got there first', async () => {
    dynamoDb
      .on(BatchGetCommand)
      .resolvesOnce({})
      .resolves({ Responses: { controls: [paused] } });
    dynamoDb.on(UpdateCommand).rejectsOnce(lost);

    expect(await controls.pauseCampaign(campaign, change)).toBe(false);
  });

  it('finds its own change among the filed ones, written unseen and replaced since', async () => {
    dynamoDb.on(UpdateCommand).rejectsOnce(lost);
    dynamoDb
      .on(BatchGetCommand)
      .resolvesOnce({})
      .callsFake(({ RequestItems: items }: BatchGetCommandInput) => ({
        Responses: { controls: items?.['controls']?.Keys?.slice(1) },
      }));

    expect(await controls.pauseCampaign(campaign, change)).toBe(true);
    expect(updates()).toHaveLength(1);
  });

  it('gives up on an item that keeps changing', async () => {
    dynamoDb.on(UpdateCommand).rejects(lost);

    await expect(controls.blockDomain('mg.example.com', change)).rejects.toThrow(TransientError);
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

describe('a history', () => {
  it('reads every page, and each entry once', async () => {
    const filed = (changes: number) => ({
      ...{ pk: standingKey.pk, sk: `audit#standing#000000000${changes}#t${changes}`, v: 1 },
      ...{ standing: 'paused', reason: 'r', actor: 'a', sinceMs: changes, changes },
      changeToken: `t${changes}`,
    });
    dynamoDb.on(BatchGetCommand).resolves({
      Responses: { controls: [{ ...filed(3), ...standingKey }] },
    });
    dynamoDb
      .on(QueryCommand)
      .resolvesOnce({ Items: [filed(1)], LastEvaluatedKey: { pk: 'p', sk: 's' } })
      .resolves({ Items: [filed(2), filed(3)] });

    const history = await controls.history({ subject: 'campaign', campaign });

    expect(history.map(({ atMs }) => atMs)).toEqual([1, 2, 3]);
  });

  it('fails closed when it can not be read', async () => {
    dynamoDb.on(BatchGetCommand).resolves({});
    dynamoDb.on(QueryCommand).rejects(new Error('down'));

    await expect(controls.history({ subject: 'account', accountId: 'acme' })).rejects.toThrow(
      'could not read a history: Error',
    );
  });
});

describe('a cap', () => {
  it('of before caps grew back counts from the day before it would have been forgotten', async () => {
    const ttl = Math.floor(Date.now() / 1000) + 3600;
    const stored = { pk: 'domain#mg.example.com', sk: 'cap', v: 1, recipientCap: 10, ttl };
    dynamoDb.on(BatchGetCommand).resolves({ Responses: { controls: [stored] } });

    expect((await controls.domain('mg.example.com')).recipientCap).toBe(80);
  });

  it('is given up when it keeps changing', async () => {
    dynamoDb.on(BatchGetCommand).resolves({});
    dynamoDb
      .on(UpdateCommand)
      .rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {} }));

    await expect(controls.capRecipients('mg.example.com', 5)).rejects.toThrow(TransientError);
  });
});
