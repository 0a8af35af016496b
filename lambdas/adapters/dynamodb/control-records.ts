import { recipientCapAt } from '../../core/standing/recipient-cap';
import type { AccountRecord, CampaignRecord, DomainRecord } from '../../core/standing/standing';
import {
  accountItem,
  campaignItem,
  capItem,
  domainItem,
  doubtItem,
  holdItem,
  readControlItem,
} from './control-items';
import type { ControlItem } from './control-store';

/** Reads what the items `standing` and `doubt` say of a campaign. */
export function campaignRecord(
  standingStored: ControlItem | undefined,
  doubtStored: ControlItem | undefined,
): CampaignRecord {
  const item = readControlItem(campaignItem, standingStored);
  const doubt = readControlItem(doubtItem, doubtStored);
  const { standing, reason, sinceMs, name, expectedRecipients } = item ?? { standing: 'active' };
  return {
    standing,
    ...(standing !== 'active' && { reason }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(name !== undefined && { name }),
    ...(expectedRecipients !== undefined && { expectedRecipients }),
    ...(doubt && { doubtDecision: { decision: doubt.decision, atMs: doubt.decidedAtMs } }),
  };
}

/** Reads what the item `standing` says of an account. */
export function accountRecord(stored: ControlItem | undefined): AccountRecord {
  const { standing, reason, sinceMs } = readControlItem(accountItem, stored) ?? {
    standing: 'active',
  };
  return {
    standing,
    ...(standing !== 'active' && { reason }),
    ...(sinceMs !== undefined && { sinceMs }),
  };
}

/** Reads what the items `standing`, `hold` and `cap` say of a domain. */
export function domainRecord(
  [standingStored, holdStored, capStored]: readonly (ControlItem | undefined)[],
  nowMs: number,
): DomainRecord {
  const { standing, reason } = readControlItem(domainItem, standingStored) ?? {
    standing: 'active',
  };
  const hold = readControlItem(holdItem, holdStored);
  const cap = readControlItem(capItem, capStored);
  const recipientCap = cap && recipientCapAt(cap, nowMs);
  return {
    standing,
    ...(standing !== 'active' && { reason }),
    ...(hold && { heldUntilMs: hold.untilMs }),
    ...(hold?.notified && { holdNotified: true }),
    ...(recipientCap !== undefined && { recipientCap }),
  };
}
