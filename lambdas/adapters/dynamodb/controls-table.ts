import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CampaignKey } from '../../core/campaign/keys';
import type { Clock } from '../../core/clock';
import { TransientError } from '../../core/errors';
import { LONGEST_CAP_MS, recipientCapAt } from '../../core/standing/recipient-cap';
import type {
  AccountRecord,
  CampaignRecord,
  Controls,
  DomainRecord,
  DoubtDecision,
  StandingChange,
  StandingEntry,
  Standings,
  StandingSubject,
} from '../../core/standing/standing';
import { AuditTrail } from './audit-trail';
import { capItem, CONTROL_ITEM_VERSION, readControlItem } from './control-items';
import { accountRecord, campaignRecord, domainRecord } from './control-records';
import { ControlStore } from './control-store';
import { ttlAt } from './expiry';
import {
  accountControlKey,
  campaignControlKey,
  domainControlKey,
  queueControlKey,
  type ItemKey,
} from './keys';

type Standing = StandingEntry extends infer Entry
  ? Entry extends { readonly standing: infer Value }
    ? Value
    : never
  : never;

/** Lost races before a cap is given up. */
const MAX_CAP_TRIES = 20;

/** A cap met again within this time is known already, in milliseconds. */
const CAP_REFRESH_MS = 60_000;

/** `Controls` on the table `controls`: one item a concern, and one for each change of a standing. */
export class ControlsTable implements Controls {
  private readonly store: ControlStore;
  private readonly trail: AuditTrail;

  constructor(
    client: DynamoDBDocumentClient,
    tableName: string,
    private readonly clock: Clock = Date.now,
  ) {
    this.store = new ControlStore(client, tableName);
    this.trail = new AuditTrail(this.store);
  }

  async standings(campaign: CampaignKey, domain: string): Promise<Standings> {
    const [standing, doubt, account, ...domainStored] = await this.store.read([
      ...campaignKeys(campaign),
      accountKey(campaign.accountId),
      ...domainKeys(domain),
    ]);
    return {
      campaign: campaignRecord(standing, doubt),
      account: accountRecord(account),
      domain: domainRecord(domainStored, this.clock()),
    };
  }

  async campaign(campaign: CampaignKey): Promise<CampaignRecord> {
    const [standing, doubt] = await this.store.read(campaignKeys(campaign));
    return campaignRecord(standing, doubt);
  }

  async account(accountId: string): Promise<AccountRecord> {
    const [stored] = await this.store.read([accountKey(accountId)]);
    return accountRecord(stored);
  }

  async domain(domain: string): Promise<DomainRecord> {
    return domainRecord(await this.store.read(domainKeys(domain)), this.clock());
  }

  async describeCampaign(
    campaign: CampaignKey,
    description: { readonly name?: string; readonly expectedRecipients?: number },
  ): Promise<void> {
    const entries = Object.entries<string | number | undefined>(description).filter(
      ([, value]) => value !== undefined,
    );
    if (entries.length === 0) return;

    const [key] = campaignKeys(campaign);
    await this.store.update('describe a campaign', {
      key,
      set: { v: CONTROL_ITEM_VERSION },
      keep: Object.fromEntries(entries),
    });
  }

  pauseCampaign(campaign: CampaignKey, change: StandingChange): Promise<boolean> {
    return this.move(campaignKeys(campaign)[0], ['active'], 'paused', change);
  }

  resumeCampaign(campaign: CampaignKey, change: StandingChange): Promise<boolean> {
    return this.move(campaignKeys(campaign)[0], ['paused'], 'active', change);
  }

  cancelCampaign(campaign: CampaignKey, change: StandingChange): Promise<boolean> {
    return this.move(campaignKeys(campaign)[0], ['active', 'paused'], 'cancelled', change);
  }

  suspendAccount(accountId: string, change: StandingChange): Promise<boolean> {
    return this.move(accountKey(accountId), ['active'], 'suspended', change);
  }

  reinstateAccount(accountId: string, change: StandingChange): Promise<boolean> {
    return this.move(accountKey(accountId), ['suspended'], 'active', change);
  }

  blockDomain(domain: string, change: StandingChange): Promise<boolean> {
    return this.move(domainKeys(domain)[0], ['active'], 'blocked', change);
  }

  unblockDomain(domain: string, change: StandingChange, blockedBy?: string): Promise<boolean> {
    return this.trail.change({
      key: domainKeys(domain)[0],
      change,
      decide: (current) =>
        current?.standing === 'blocked' && (blockedBy ?? current.actor) === current.actor
          ? { standing: 'active' }
          : undefined,
    });
  }

  async decideDoubt(
    campaign: CampaignKey,
    { decision, atMs }: DoubtDecision,
    change: StandingChange,
  ): Promise<void> {
    const [, key] = campaignKeys(campaign);
    await this.trail.change({ key, change, decide: () => ({ decision, decidedAtMs: atMs }) });
  }

  async noteRedrive(queue: string, change: StandingChange): Promise<void> {
    const key = redriveKey(queue);
    await this.trail.change({ key, change, decide: () => ({ redrive: 'requested' }) });
  }

  history(subject: StandingSubject): Promise<readonly StandingEntry[]> {
    switch (subject.subject) {
      case 'campaign':
        return this.trail.history(campaignKeys(subject.campaign));
      case 'account':
        return this.trail.history([accountKey(subject.accountId)]);
      case 'domain':
        return this.trail.history([domainKeys(subject.domain)[0]]);
      case 'queue':
        return this.trail.history([redriveKey(subject.queue)]);
    }
  }

  holdDomain(
    domain: string,
    hold: {
      readonly untilMs: number;
      readonly reason: string;
      readonly atMs: number;
      readonly notified: boolean;
    },
  ): Promise<boolean> {
    const { untilMs, reason, atMs, notified } = hold;
    const [, key] = domainKeys(domain);
    return this.store.update('hold a domain', {
      key,
      set: {
        ...{ v: CONTROL_ITEM_VERSION, untilMs, reason, sinceMs: atMs, changeToken: randomUUID() },
        ...(notified && { notified }),
      },
      // Who was told of a hold hears of its end, also when it moved by a little since.
      ...(!notified && { keep: { notified } }),
      condition:
        'attribute_not_exists(#untilMs) OR #untilMs < :untilMs OR #changeToken = :changeToken',
    });
  }

  releaseHold(domain: string, heldUntilMs: number): Promise<boolean> {
    const [, key] = domainKeys(domain);
    return this.store.update('release a domain', {
      key,
      set: { notified: false, releaseToken: randomUUID() },
      condition: 'untilMs = :heldUntilMs AND (#notified = :true OR #releaseToken = :releaseToken)',
      values: { ':heldUntilMs': heldUntilMs, ':true': true },
    });
  }

  async capRecipients(domain: string, recipientCap: number): Promise<void> {
    const [, , key] = domainKeys(domain);
    for (let tries = 0; tries < MAX_CAP_TRIES; tries += 1) {
      const [stored] = await this.store.read([key]);
      const seen = readControlItem(capItem, stored);
      const nowMs = this.clock();
      const capNow = seen && recipientCapAt(seen, nowMs);
      const isKnown = capNow === recipientCap && nowMs - (seen?.setAtMs ?? 0) < CAP_REFRESH_MS;
      if (isKnown || (capNow !== undefined && capNow < recipientCap)) return;
      if (await this.replaceCap(key, stored, { recipientCap, setAtMs: nowMs })) return;
      await sleep(Math.random() * 5 * (tries + 1));
    }
    throw new TransientError('could not cap the recipients of a domain: the cap kept changing');
  }

  private replaceCap(
    key: ItemKey,
    seen: Readonly<Record<string, unknown>> | undefined,
    cap: { readonly recipientCap: number; readonly setAtMs: number },
  ): Promise<boolean> {
    const ttl = ttlAt(cap.setAtMs, LONGEST_CAP_MS / 1000);
    return this.store.update('cap the recipients of a domain', {
      key,
      set: { v: CONTROL_ITEM_VERSION, ...cap, ttl },
      ...(seen === undefined
        ? { condition: 'attribute_not_exists(pk)' }
        : {
            condition: '#recipientCap = :seenCap AND #ttl = :seenTtl',
            values: { ':seenCap': seen['recipientCap'], ':seenTtl': seen['ttl'] },
          }),
    });
  }

  /** Moves a standing from one value to another; an absent standing is `active`. */
  private move(
    key: ItemKey,
    from: readonly Standing[],
    to: Standing,
    change: StandingChange,
  ): Promise<boolean> {
    return this.trail.change({
      key,
      change,
      decide: (current) =>
        from.includes(current?.standing ?? 'active') ? { standing: to } : undefined,
    });
  }
}

const campaignKeys = (campaign: CampaignKey): [standing: ItemKey, doubt: ItemKey] => [
  campaignControlKey(campaign, 'standing'),
  campaignControlKey(campaign, 'doubt'),
];

const accountKey = (accountId: string): ItemKey => accountControlKey(accountId, 'standing');

const redriveKey = (queue: string): ItemKey => queueControlKey(queue, 'redrive');

const domainKeys = (domain: string): [standing: ItemKey, hold: ItemKey, cap: ItemKey] => [
  domainControlKey(domain, 'standing'),
  domainControlKey(domain, 'hold'),
  domainControlKey(domain, 'cap'),
];
