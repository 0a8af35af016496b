import { randomUUID } from 'node:crypto';
import { PutCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BreakerTable } from '../../../lambdas/adapters/dynamodb/breaker-table';
import { GovernorTable } from '../../../lambdas/adapters/dynamodb/governor-table';
import { domainControlKey } from '../../../lambdas/adapters/dynamodb/keys';
import type { Breaker } from '../../../lambdas/core/breaker/breaker';
import { TransientError } from '../../../lambdas/core/errors';
import type { Governor } from '../../../lambdas/core/governor/governor';
import { createTestTable, type TestTable } from '../../support/engines/test-table';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const CLOSED = { admission: 'closed' } as const;
const breakerSettings = {
  windowMs: 60_000,
  minimumFaults: 2,
  faultRate: 0.5,
  coolDownMs: 30_000,
  longestCoolDownMs: 100_000,
};

let table: TestTable;

beforeAll(async () => {
  table = await createTestTable();
});

const aDomain = () => `${randomUUID()}.example.com`;
const aBreaker = (client: DynamoDBDocumentClient) =>
  new BreakerTable(client, table.tableName, breakerSettings, randomUUID);
const aGovernor = (client: DynamoDBDocumentClient) =>
  new GovernorTable(client, table.tableName, () => ({
    recipientsPerSecond: 100,
    recipientsPerDay: 1000,
  }));

/** Makes every write twice, as the SDK does after a lost reply; the caller sees the second. */
const losingReplies = () =>
  ({
    send: async (command: UpdateCommand) => {
      if (command instanceof UpdateCommand) await table.client.send(command);
      return table.client.send(command);
    },
  }) as unknown as DynamoDBDocumentClient;

const unreachable = {
  send: () => Promise.reject(Object.assign(new Error('quotes'), { name: 'ThrottlingException' })),
} as unknown as DynamoDBDocumentClient;

describe('after lost replies of its own writes', () => {
  it('a breaker knows its opening, its probe and its closing', async () => {
    const domain = aDomain();
    const breaker = aBreaker(losingReplies());

    const first = await breaker.record(domain, CLOSED, 'fault', NOW_MS);
    const changes = [first, await breaker.record(domain, CLOSED, 'fault', NOW_MS)];
    expect(changes.filter(({ change }) => change === 'opened')).toHaveLength(1);

    const probe = await breaker.admit(domain, NOW_MS + 30_000, 10_000);
    if (probe.admission !== 'probe') throw new Error(`received ${probe.admission}`);
    const change = await breaker.record(domain, probe, 'answered', NOW_MS + 31_000);
    expect(change.change).toBe('closed');
  });

  it('a breaker doubles its cool-down once', async () => {
    const domain = aDomain();
    const breaker = aBreaker(losingReplies());
    await breaker.record(domain, CLOSED, 'fault', NOW_MS);
    await breaker.record(domain, CLOSED, 'fault', NOW_MS);
    const probe = await breaker.admit(domain, NOW_MS + 30_000, 10_000);
    if (probe.admission !== 'probe') throw new Error(`received ${probe.admission}`);

    await breaker.record(domain, probe, 'fault', NOW_MS + 31_000);

    expect((await breaker.read(domain, NOW_MS + 31_000)).untilMs).toBe(NOW_MS + 91_000);
  });

  it('a governor takes, gives back and slows down once', async () => {
    const domain = aDomain();
    const governor = aGovernor(losingReplies());

    expect(await governor.take(domain, 5, NOW_MS)).toEqual({ take: 'granted' });
    expect(await governor.take(domain, 5, NOW_MS)).toEqual({ take: 'granted' });
    expect((await governor.read(domain, NOW_MS)).usedToday).toBe(10);

    await governor.giveBack(domain, 4, NOW_MS);
    await governor.slowDown(domain, NOW_MS);
    expect(await governor.read(domain, NOW_MS)).toEqual({
      recipientsPerSecond: 50,
      usedToday: 6,
      budgetToday: 1000,
    });
  });
});

type Use = readonly [string, (breaker: Breaker, governor: Governor, domain: string) => unknown];

const reads: readonly Use[] = [
  ['admit', (breaker, _, domain) => breaker.admit(domain, NOW_MS, 1)],
  ['count', (breaker, _, domain) => breaker.record(domain, CLOSED, 'fault', NOW_MS)],
  ['give a probe back', (breaker, _, domain) => breaker.giveBack(domain, 'probe')],
  ['read a breaker', (breaker, _, domain) => breaker.read(domain, NOW_MS)],
  ['take', (_, governor, domain) => governor.take(domain, 1, NOW_MS)],
  ['slow down', (_, governor, domain) => governor.slowDown(domain, NOW_MS)],
  ['read an allowance', (_, governor, domain) => governor.read(domain, NOW_MS)],
];
const writes: readonly Use[] = [
  ['give recipients back', (_, governor, domain) => governor.giveBack(domain, 1, NOW_MS)],
];

it.each([...reads, ...writes])('fails closed to %s where the store is down', async (_what, use) => {
  const error = await Promise.resolve(
    use(aBreaker(unreachable), aGovernor(unreachable), aDomain()),
  ).catch((reason: unknown) => reason);

  expect(error).toBeInstanceOf(TransientError);
  expect((error as Error).message).toMatch(/^could not .+: ThrottlingException$/);
});

it.each(reads)('fails closed to %s where an item is of another version', async (_what, use) => {
  const domain = aDomain();
  for (const concern of ['breaker', 'allowance']) {
    const Item = { ...domainControlKey(domain, concern), v: 2, phase: 'closed', windowId: 9e12 };
    await table.client.send(new PutCommand({ TableName: table.tableName, Item }));
  }

  const result = Promise.resolve(use(aBreaker(table.client), aGovernor(table.client), domain));

  await expect(result).rejects.toThrow(TransientError);
});
