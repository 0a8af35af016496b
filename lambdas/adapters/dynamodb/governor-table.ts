import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  UpdateCommand,
  type DynamoDBDocumentClient,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import {
  allowanceRecord,
  slowedDown,
  staleDays,
  takeFrom,
  TOLERANCE_MS,
  UNUSED_ALLOWANCE,
  type Allowance,
  type Grant,
} from '../../core/governor/allowance';
import type {
  AllowanceRecord,
  Governor,
  GovernorSettings,
  Take,
} from '../../core/governor/governor';
import { dayOf } from '../../core/governor/warm-up';
import { TransientError } from '../../core/errors';
import { CONTROL_ITEM_VERSION, readControlItem } from './control-items';
import { domainControlKey } from './keys';
import { readControl } from './read-control';
import { storeFault } from './store-fault';

/** Writes a take may cost: the item is below 1 KB, so each is one write unit. */
const MAX_TAKE_WRITES = 3;

/** Wait of a worker that others overtook at every write, in milliseconds. */
const OVERTAKEN_WAIT_MS = 50;

/** Writes of a lowered rate that others may overtake before the caller is told to try later. */
const MAX_TRIES = 8;

/** Attribute of a day's use: `used_20261123`. */
const USED = 'used_';

const IS_READABLE = '(attribute_not_exists(v) OR v = :v)';

/** A repeat of this write by the SDK, after a lost reply, must not be made twice. */
const IS_NOT_MADE = '(attribute_not_exists(changeToken) OR changeToken <> :token)';

/** Item `allowance` of a domain, besides the attributes of its days. */
const allowanceItem = z.looseObject({
  v: z.literal(CONTROL_ITEM_VERSION),
  tatMs: z.number().optional(),
  rate: z.number().positive().optional(),
  rateAtMs: z.number().optional(),
  changeToken: z.string().optional(),
});

/** An allowance and who wrote it last. */
interface Stored {
  readonly allowance: Allowance;
  readonly changeToken: string | undefined;
}

/**
 * `Governor` on the table `controls`: one item a domain. A take costs one consistent read and, when
 * it is granted, one conditional write, which repeats every limit that does not hang on the rate;
 * the rate itself may be as old as the read. A take that must wait writes nothing.
 */
export class GovernorTable implements Governor {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly settingsByDomain: (domain: string) => GovernorSettings,
  ) {}

  async take(domain: string, recipients: number, nowMs: number): Promise<Take> {
    const settings = this.settingsByDomain(domain);
    const token = randomUUID();
    for (let writes = 0; writes < MAX_TAKE_WRITES; writes += 1) {
      const { allowance, changeToken } = await this.stored(domain);
      if (changeToken === token) return { take: 'granted' };

      const decided = takeFrom(allowance, settings, recipients, nowMs);
      if (decided.take !== 'granted') return decided;
      const granted = grantUpdate(decided, staleDays(allowance, nowMs), token);
      if (await this.update(domain, granted)) return { take: 'granted' };
    }
    const { allowance, changeToken } = await this.stored(domain);
    if (changeToken === token) return { take: 'granted' };
    const decided = takeFrom(allowance, settings, recipients, nowMs);
    return decided.take === 'granted'
      ? { take: 'wait', untilMs: nowMs + OVERTAKEN_WAIT_MS, reason: 'rate' }
      : decided;
  }

  /**
   * A repeat of this write by the SDK is known by its token. Only where another worker wrote between
   * the two is the share given back twice, a batch's worth of the day at most.
   */
  async giveBack(domain: string, recipients: number, takenAtMs: number): Promise<void> {
    await this.update(domain, {
      UpdateExpression: 'SET changeToken = :token ADD #used :less',
      ConditionExpression: `v = :v AND #used >= :recipients AND ${IS_NOT_MADE}`,
      ExpressionAttributeNames: { '#used': `${USED}${dayOf(takenAtMs)}` },
      ExpressionAttributeValues: {
        ':v': CONTROL_ITEM_VERSION,
        ':token': randomUUID(),
        ':recipients': recipients,
        ':less': -recipients,
      },
    });
  }

  async slowDown(domain: string, nowMs: number): Promise<void> {
    const { recipientsPerSecond } = this.settingsByDomain(domain);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const { allowance } = await this.stored(domain);
      // True of this call's own write too, once a repeat of it finds itself overtaken.
      const slower = slowedDown(allowance, recipientsPerSecond, nowMs);
      if (slower === undefined) return;
      if (await this.update(domain, slowDownUpdate(slower, allowance.rateAtMs))) return;
    }
    throw new TransientError('could not slow the domain down: overtaken again and again');
  }

  async read(domain: string, nowMs: number): Promise<AllowanceRecord> {
    const { allowance } = await this.stored(domain);
    return allowanceRecord(allowance, this.settingsByDomain(domain), nowMs);
  }

  private async stored(domain: string): Promise<Stored> {
    const key = domainControlKey(domain, 'allowance');
    return storedOf(await readControl(this.client, this.tableName, key, 'read the allowance'));
  }

  /** @returns whether the condition held. */
  private async update(
    domain: string,
    update: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
  ): Promise<boolean> {
    const Key = domainControlKey(domain, 'allowance');
    try {
      await this.client.send(new UpdateCommand({ TableName: this.tableName, Key, ...update }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw storeFault('change the allowance', error);
    }
  }
}

function grantUpdate({ queues, ...grant }: Grant, stale: readonly string[], token: string) {
  const { nowMs, costMs, recipients, budget, day } = grant;
  const isDue = queues
    ? 'tatMs >= :now AND tatMs <= :limit'
    : '(attribute_not_exists(tatMs) OR tatMs < :now)';
  const isInBudget =
    budget === undefined ? [] : ['(attribute_not_exists(#used) OR #used <= :usedBefore)'];
  const removal = stale.map((_day, index) => `#stale${index}`).join(', ');
  return {
    UpdateExpression: [
      `SET v = :v, changeToken = :token, tatMs = ${queues ? 'tatMs + :cost' : ':tat'}`,
      'ADD #used :recipients',
      removal === '' ? '' : `REMOVE ${removal}`,
    ].join(' '),
    ConditionExpression: [IS_READABLE, IS_NOT_MADE, isDue, ...isInBudget].join(' AND '),
    ExpressionAttributeNames: {
      '#used': `${USED}${day}`,
      ...Object.fromEntries(stale.map((old, index) => [`#stale${index}`, `${USED}${old}`])),
    },
    ExpressionAttributeValues: {
      ':v': CONTROL_ITEM_VERSION,
      ':token': token,
      ':now': nowMs,
      ':recipients': recipients,
      ...(queues
        ? { ':cost': costMs, ':limit': nowMs + TOLERANCE_MS }
        : { ':tat': nowMs + costMs }),
      ...(budget === undefined ? {} : { ':usedBefore': budget - recipients }),
    },
  };
}

function slowDownUpdate(
  { rate, rateAtMs }: { readonly rate: number; readonly rateAtMs: number },
  seenAtMs: number | undefined,
) {
  const isSeen = seenAtMs === undefined ? 'attribute_not_exists(rateAtMs)' : 'rateAtMs = :seen';
  return {
    UpdateExpression: 'SET v = :v, rate = :rate, rateAtMs = :at',
    ConditionExpression: `${IS_READABLE} AND ${isSeen}`,
    ExpressionAttributeValues: {
      ':v': CONTROL_ITEM_VERSION,
      ':rate': rate,
      ':at': rateAtMs,
      ...(seenAtMs === undefined ? {} : { ':seen': seenAtMs }),
    },
  };
}

function storedOf(item: Readonly<Record<string, unknown>> | undefined): Stored {
  const read = readControlItem(allowanceItem, item);
  if (read === undefined) return { allowance: UNUSED_ALLOWANCE, changeToken: undefined };

  const { tatMs, rate, rateAtMs, changeToken } = read;
  const days = Object.entries(read).filter(([name]) => name.startsWith(USED));
  const usedByDay = Object.fromEntries(
    days.map(([name, used]) => [name.slice(USED.length), usedOf(used)]),
  );
  return { allowance: { tatMs, rate, rateAtMs, usedByDay }, changeToken };
}

function usedOf(used: unknown): number {
  if (typeof used === 'number') return used;
  throw new TransientError('a stored allowance has a day that is no number');
}
