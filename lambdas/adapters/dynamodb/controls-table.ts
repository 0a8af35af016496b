import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CampaignKey } from '../../core/campaign/keys';
import type { Clock } from '../../core/clock';
import { TransientError } from '../../core/errors';
import type {
  AccountRecord,
  CampaignRecord,
  Controls,
  DomainRecord,
  StandingChange,
  Standings,
} from '../../core/standing/standing';
import {
  accountItem,
  campaignItem,
  capItem,
  CONTROL_ITEM_VERSION,
  domainItem,
  holdItem,
  readControlItem,
} from './control-items';
import { accountControlKey, campaignControlKey, domainControlKey, type ItemKey } from './keys';
import { storeFault } from './store-fault';

type Item = Readonly<Record<string, unknown>>;

/** Reads of what DynamoDB left unprocessed, before the store counts as unreadable. */
const MAX_READS = 5;
const BASE_DELAY_MS = 50;

/** How long a cap holds unless it is met again: Mailgun's allowances grow as a domain warms up. */
const CAP_LIFETIME_SECONDS = 86_400;

/** `Controls` on the table `controls`: one item a concern. */
export class ControlsTable implements Controls {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly clock: Clock = Date.now,
  ) {}

  async standings(campaign: CampaignKey, domain: string): Promise<Standings> {
    const [campaignStored, accountStored, ...domainStored] = await this.read([
      campaignControlKey(campaign, 'standing'),
      accountControlKey(campaign.accountId, 'standing'),
      ...domainKeys(domain),
    ]);
    return {
      campaign: campaignRecord(campaignStored),
      account: accountRecord(accountStored),
      domain: domainRecord(domainStored, this.nowSeconds()),
    };
  }

  async campaign(campaign: CampaignKey): Promise<CampaignRecord> {
    const [stored] = await this.read([campaignControlKey(campaign, 'standing')]);
    return campaignRecord(stored);
  }

  async account(accountId: string): Promise<AccountRecord> {
    const [stored] = await this.read([accountControlKey(accountId, 'standing')]);
    return accountRecord(stored);
  }

  async domain(domain: string): Promise<DomainRecord> {
    return domainRecord(await this.read(domainKeys(domain)), this.nowSeconds());
  }

  async describeCampaign(
    campaign: CampaignKey,
    description: { readonly name?: string; readonly expectedRecipients?: number },
  ): Promise<void> {
    const entries = Object.entries<string | number | undefined>(description).filter(
      ([, value]) => value !== undefined,
    );
    if (entries.length === 0) return;

    await this.update('describe a campaign', {
      key: campaignControlKey(campaign, 'standing'),
      set: [
        'v = :v',
        ...entries.map(([field]) => `#${field} = if_not_exists(#${field}, :${field})`),
      ],
      names: Object.fromEntries(entries.map(([field]) => [`#${field}`, field])),
      values: {
        ':v': CONTROL_ITEM_VERSION,
        ...Object.fromEntries(entries.map(([field, value]) => [`:${field}`, value])),
      },
    });
  }

  pauseCampaign(campaign: CampaignKey, change: StandingChange): Promise<boolean> {
    return this.move(campaignControlKey(campaign, 'standing'), 'active', 'paused', change);
  }

  resumeCampaign(campaign: CampaignKey, change: StandingChange): Promise<boolean> {
    return this.move(campaignControlKey(campaign, 'standing'), 'paused', 'active', change);
  }

  blockDomain(domain: string, change: StandingChange): Promise<boolean> {
    return this.move(domainControlKey(domain, 'standing'), 'active', 'blocked', change);
  }

  unblockDomain(domain: string, change: StandingChange): Promise<boolean> {
    return this.move(domainControlKey(domain, 'standing'), 'blocked', 'active', change);
  }

  holdDomain(
    domain: string,
    hold: { readonly untilMs: number; readonly reason: string; readonly atMs: number },
  ): Promise<boolean> {
    return this.update('hold a domain', {
      key: domainControlKey(domain, 'hold'),
      set: [
        'v = :v',
        'untilMs = :until',
        'reason = :reason',
        'sinceMs = :at',
        'changeToken = :token',
      ],
      condition: 'attribute_not_exists(untilMs) OR untilMs < :until OR changeToken = :token',
      values: {
        ':v': CONTROL_ITEM_VERSION,
        ':until': hold.untilMs,
        ':reason': hold.reason,
        ':at': hold.atMs,
        ':token': randomUUID(),
      },
    });
  }

  async capRecipients(domain: string, recipientCap: number): Promise<void> {
    const nowSeconds = this.nowSeconds();
    await this.update('cap the recipients of a domain', {
      key: domainControlKey(domain, 'cap'),
      set: ['v = :v', 'recipientCap = :cap', '#ttl = :until'],
      condition: 'attribute_not_exists(recipientCap) OR recipientCap >= :cap OR #ttl <= :now',
      names: { '#ttl': 'ttl' },
      values: {
        ':v': CONTROL_ITEM_VERSION,
        ':cap': recipientCap,
        ':now': nowSeconds,
        ':until': nowSeconds + CAP_LIFETIME_SECONDS,
      },
    });
  }

  private nowSeconds(): number {
    return Math.floor(this.clock() / 1000);
  }

  /** Moves a standing from one value to another; an absent standing is `active`. */
  private move(
    key: ItemKey,
    from: string,
    to: string,
    { reason, actor, atMs }: StandingChange,
  ): Promise<boolean> {
    const isFrom =
      from === 'active' ? 'attribute_not_exists(standing) OR standing = :from' : 'standing = :from';
    return this.update('change a standing', {
      key,
      set: [
        'v = :v',
        'standing = :to',
        'reason = :reason',
        'actor = :actor',
        'sinceMs = :at',
        'changeToken = :token',
      ],
      // The token makes the SDK's own repeat of this write, after a lost reply, count as this write.
      condition: `${isFrom} OR changeToken = :token`,
      values: {
        ':v': CONTROL_ITEM_VERSION,
        ':from': from,
        ':to': to,
        ':reason': reason,
        ':actor': actor,
        ':at': atMs,
        ':token': randomUUID(),
      },
    });
  }

  /** @returns whether the condition held. */
  private async update(operation: string, update: ConditionalUpdate): Promise<boolean> {
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: update.key,
          UpdateExpression: `SET ${update.set.join(', ')}`,
          ConditionExpression: update.condition,
          ExpressionAttributeNames: update.names,
          ExpressionAttributeValues: update.values,
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw storeFault(operation, error);
    }
  }

  /** @returns the items in the order of their keys, `undefined` for those that do not exist. */
  private async read(keys: readonly ItemKey[]): Promise<readonly (Item | undefined)[]> {
    const found = new Map<string, Item>();
    let open = [...keys];
    for (let reads = 0; open.length > 0; reads += 1) {
      if (reads === MAX_READS) {
        throw new TransientError(`could not read the standings: ${open.length} left unprocessed`);
      }
      if (reads > 0) await sleep(Math.random() * BASE_DELAY_MS * 2 ** reads);
      open = await this.readOnce(open, found);
    }
    return keys.map((key) => found.get(nameOf(key)));
  }

  /** @returns the keys that DynamoDB left unprocessed. */
  private async readOnce(keys: ItemKey[], found: Map<string, Item>): Promise<ItemKey[]> {
    try {
      const reply = await this.client.send(
        new BatchGetCommand({
          RequestItems: { [this.tableName]: { Keys: keys, ConsistentRead: true } },
        }),
      );
      for (const item of reply.Responses?.[this.tableName] ?? []) {
        found.set(nameOf(item as ItemKey), item);
      }
      return (reply.UnprocessedKeys?.[this.tableName]?.Keys ?? []) as ItemKey[];
    } catch (error) {
      throw storeFault('read the standings', error);
    }
  }
}

interface ConditionalUpdate {
  readonly key: ItemKey;
  readonly set: readonly string[];
  readonly condition?: string;
  readonly names?: Record<string, string>;
  readonly values: Record<string, unknown>;
}

const nameOf = ({ pk, sk }: ItemKey): string => `${pk}\n${sk}`;

const domainKeys = (domain: string): ItemKey[] => [
  domainControlKey(domain, 'standing'),
  domainControlKey(domain, 'hold'),
  domainControlKey(domain, 'cap'),
];

function campaignRecord(stored: Item | undefined): CampaignRecord {
  const item = readControlItem(campaignItem, stored);
  if (item === undefined) return { standing: 'active' };

  const { standing, reason, sinceMs, name, expectedRecipients } = item;
  return {
    standing,
    ...(standing !== 'active' && { reason }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(name !== undefined && { name }),
    ...(expectedRecipients !== undefined && { expectedRecipients }),
  };
}

function accountRecord(stored: Item | undefined): AccountRecord {
  const { standing, reason } = readControlItem(accountItem, stored) ?? { standing: 'active' };
  return standing === 'active' ? { standing } : { standing, reason };
}

function domainRecord(
  [standingStored, holdStored, capStored]: readonly (Item | undefined)[],
  nowSeconds: number,
): DomainRecord {
  const { standing, reason } = readControlItem(domainItem, standingStored) ?? {
    standing: 'active',
  };
  const hold = readControlItem(holdItem, holdStored);
  const cap = readControlItem(capItem, capStored);
  return {
    standing,
    ...(standing !== 'active' && { reason }),
    ...(hold && { heldUntilMs: hold.untilMs }),
    // DynamoDB deletes what has expired some time later, in its own time.
    ...(cap && cap.ttl > nowSeconds && { recipientCap: cap.recipientCap }),
  };
}
