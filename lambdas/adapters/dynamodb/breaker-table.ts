import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  UpdateCommand,
  type DynamoDBDocumentClient,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type {
  Admission,
  Breaker,
  BreakerChange,
  BreakerRecord,
  BreakerSettings,
  CallResult,
} from '../../core/breaker/breaker';
import {
  admitted,
  breakerRecord,
  faultsIn,
  givenBack,
  openWhereDue,
  settled,
  windowIdAt,
  type BreakerState,
  type Step,
} from '../../core/breaker/breaker-state';
import { TransientError } from '../../core/errors';
import { breakerAttributes, breakerStateOf } from './breaker-item';
import { CONTROL_ITEM_VERSION } from './control-items';
import { domainControlKey } from './keys';
import { readControl } from './read-control';
import { storeFault } from './store-fault';

/** Writes that others may overtake before the caller is told to try later. */
const MAX_TRIES = 8;

/**
 * `Breaker` on the table `controls`: one item a domain. A call costs one consistent read to be
 * admitted and one write to be counted.
 *
 * Transitions are compared and set by `revision` and carry the token of the worker that made them:
 * one whose reply was lost and which the SDK made again finds its own token, and counts as made.
 */
export class BreakerTable implements Breaker {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly settings: BreakerSettings,
    private readonly newToken: () => string,
  ) {}

  admit(domain: string, nowMs: number, leaseMs: number): Promise<Admission> {
    const probe = { token: this.newToken(), untilMs: nowMs + leaseMs };
    return this.step(domain, (state) => admitted(state, probe, nowMs));
  }

  async record(
    domain: string,
    admission: Exclude<Admission, { readonly admission: 'open' }>,
    result: CallResult,
    nowMs: number,
  ): Promise<BreakerChange> {
    const token = this.newToken();
    if (admission.admission === 'probe') {
      const probe = { probeToken: admission.probeToken, result, atMs: nowMs, token };
      return this.step(domain, (state) => settled(state, probe, this.settings));
    }
    const state = await this.count(domain, result, windowIdAt(this.settings, nowMs));
    return this.step(domain, (seen) => openWhereDue(seen, this.settings, nowMs, token), state);
  }

  giveBack(domain: string, probeToken: string): Promise<void> {
    return this.step(domain, (state) => givenBack(state, probeToken));
  }

  async read(domain: string, nowMs: number): Promise<BreakerRecord> {
    return breakerRecord(await this.state(domain), this.settings, nowMs);
  }

  /** Decides on the stored state until what was decided could be stored. */
  private async step<Answer>(
    domain: string,
    decide: (state: BreakerState) => Step<Answer>,
    known?: BreakerState,
  ): Promise<Answer> {
    let state = known ?? (await this.state(domain));
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const { answer, next } = decide(state);
      if (next === undefined || (await this.replace(domain, state, next))) return answer;
      state = await this.state(domain);
    }
    throw new TransientError('could not change the breaker: overtaken again and again');
  }

  /**
   * Counts one result, which is one write but for the first of each half of the window. A write
   * that the SDK makes again after a lost reply counts a call twice: with a rate over many calls
   * that is as good as right.
   *
   * @returns the state after it; an open breaker counts nothing.
   */
  private async count(domain: string, result: CallResult, windowId: number): Promise<BreakerState> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const added = await this.add(domain, result, windowId);
      if (added !== undefined) return added;

      const seen = await this.state(domain);
      if (seen.phase === 'open') return seen;
      if (seen.counts.windowId >= windowId) continue;
      const rolled = await this.rollOver(domain, seen.counts.windowId, windowId, result);
      if (rolled !== undefined) return rolled;
    }
    throw new TransientError('could not count a call: overtaken again and again');
  }

  /** Counts into the current half, which a worker whose clock is behind takes as it is. */
  private add(domain: string, result: CallResult, windowId: number) {
    return this.update(domain, {
      UpdateExpression: 'ADD calls :one, faults :faults',
      ConditionExpression: 'v = :v AND phase = :closed AND windowId >= :window',
      ExpressionAttributeValues: {
        ':v': CONTROL_ITEM_VERSION,
        ':closed': 'closed',
        ':window': windowId,
        ':one': 1,
        ':faults': faultsIn(result),
      },
    });
  }

  /** Begins a later half of the window with one result. */
  private rollOver(domain: string, fromId: number, toId: number, result: CallResult) {
    const kept = (count: string) =>
      toId === fromId + 1 ? `if_not_exists(${count}, :zero)` : ':zero';
    return this.update(domain, {
      UpdateExpression: `SET v = :v, phase = :closed, revision = if_not_exists(revision, :zero),
        windowId = :window, calls = :one, faults = :faults,
        previousCalls = ${kept('calls')}, previousFaults = ${kept('faults')}`,
      ConditionExpression:
        'attribute_not_exists(v) OR (v = :v AND phase = :closed AND windowId = :from)',
      ExpressionAttributeValues: {
        ':v': CONTROL_ITEM_VERSION,
        ':closed': 'closed',
        ':from': fromId,
        ':window': toId,
        ':zero': 0,
        ':one': 1,
        ':faults': faultsIn(result),
      },
    });
  }

  /** @returns whether the state was still the one that was seen. */
  private async replace(domain: string, seen: BreakerState, next: BreakerState): Promise<boolean> {
    const attributes = Object.entries(breakerAttributes(next));
    const set = attributes.filter(([, value]) => value !== undefined);
    const removed = attributes.filter(([, value]) => value === undefined);
    const removal = removed.map(([name]) => `#${name}`).join(', ');
    const stored = await this.update(domain, {
      UpdateExpression: [
        `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`,
        removal === '' ? '' : `REMOVE ${removal}`,
      ].join(' '),
      ConditionExpression: 'v = :v AND #revision = :seen',
      ExpressionAttributeNames: Object.fromEntries(attributes.map(([name]) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ':v': CONTROL_ITEM_VERSION,
        ':seen': seen.revision,
        ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
      },
    });
    return stored !== undefined;
  }

  /** @returns the state after the update, `undefined` when its condition did not hold. */
  private async update(
    domain: string,
    update: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
  ): Promise<BreakerState | undefined> {
    const command = new UpdateCommand({
      TableName: this.tableName,
      Key: domainControlKey(domain, 'breaker'),
      ReturnValues: 'ALL_NEW',
      ...update,
    });
    try {
      return breakerStateOf((await this.client.send(command)).Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw storeFault('change the breaker', error);
    }
  }

  private async state(domain: string): Promise<BreakerState> {
    const key = domainControlKey(domain, 'breaker');
    return breakerStateOf(await readControl(this.client, this.tableName, key, 'read the breaker'));
  }
}
