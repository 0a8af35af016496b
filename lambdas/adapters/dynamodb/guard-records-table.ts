import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  NO_FACTS,
  type GuardRecord,
  type GuardRecords,
  type GuardSubject,
} from '../../core/guard/guard-record';
import { CONTROL_ITEM_VERSION, readControlItem } from './control-items';
import { ControlStore } from './control-store';
import { NO_EXPIRY, ttlAt, type Expiry } from './expiry';
import { guardItem } from './guard-items';
import { accountControlKey, campaignControlKey, type ItemKey } from './keys';

/**
 * `GuardRecords` on the table `controls`: one item a campaign and account. Every write is on
 * condition of a token, which also makes the SDK's own repeat of it count as this write.
 */
export class GuardRecordsTable implements GuardRecords {
  private readonly store: ControlStore;

  constructor(
    client: DynamoDBDocumentClient,
    tableName: string,
    private readonly expiry: Expiry = NO_EXPIRY,
  ) {
    this.store = new ControlStore(client, tableName);
  }

  async read(subject: GuardSubject): Promise<GuardRecord> {
    const [stored] = await this.store.read([keyOf(subject)]);
    const item = readControlItem(guardItem, stored);
    if (item === undefined) return { facts: NO_FACTS, nextAtMs: 0, token: undefined };

    const { facts = NO_FACTS, nextAtMs, token } = item;
    return { facts, nextAtMs, token };
  }

  claim(
    subject: GuardSubject,
    seen: GuardRecord,
    { token, untilMs }: { readonly token: string; readonly untilMs: number },
  ): Promise<boolean> {
    const isAsSeen =
      seen.token === undefined ? 'attribute_not_exists(#token)' : '#token = :seenToken';
    return this.store.update('begin an evaluation', {
      key: keyOf(subject),
      set: { v: CONTROL_ITEM_VERSION, token, nextAtMs: untilMs, ttl: this.ttl() },
      condition: `${isAsSeen} OR #token = :token`,
      ...(seen.token !== undefined && { values: { ':seenToken': seen.token } }),
    });
  }

  save(
    subject: GuardSubject,
    token: string,
    { facts, nextAtMs }: Pick<GuardRecord, 'facts' | 'nextAtMs'>,
  ): Promise<boolean> {
    return this.store.update('keep an evaluation', {
      key: keyOf(subject),
      set: { v: CONTROL_ITEM_VERSION, token, nextAtMs, facts, ttl: this.ttl() },
      condition: '#token = :token',
    });
  }

  private ttl(): number {
    return ttlAt(this.expiry.clock(), this.expiry.timeToLiveSeconds);
  }
}

function keyOf(subject: GuardSubject): ItemKey {
  return subject.subject === 'campaign'
    ? campaignControlKey(subject.campaign, 'guard')
    : accountControlKey(subject.accountId, 'guard');
}
