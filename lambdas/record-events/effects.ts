import type { SubmissionKey } from '../core/campaign/keys';
import type { DeliveryEvent } from '../core/delivery-event/delivery-event';
import { storableMessageId } from '../core/delivery-event/message-id';
import { recipientDigest } from '../core/recipient/recipient-digest';
import { mailDomainOf } from '../core/suppression/allowlist';
import { suppressionCausedBy } from '../core/suppression/suppression-cause';
import type { Suppression } from '../core/suppression/suppression';
import type { Tally, TallyKind } from '../core/tally/tally';
import { tallyKindOf } from '../core/tally/tally-kind';

/** A stored event of one of our submissions, and the queue records that brought it. */
export interface OwnEvent {
  /** The queue's id of the record. */
  readonly recordId: string;
  readonly event: DeliveryEvent;
  readonly submission: SubmissionKey;
  /** `undefined` when the recipient is not in the batch. */
  readonly position: number | undefined;
  /** Sending domain that mailed the recipient, which is the one a suppression holds for. */
  readonly domain: string | undefined;
  readonly occurredAtMs: number;
  /** The replay token of its webhook call. */
  readonly token: string;
  /** Whether nobody may have been told of it. */
  readonly isUntold: boolean;
}

/** Something to write, and the records that are not done before it is written. */
export interface Effect<T> {
  readonly write: T;
  readonly recordIds: readonly string[];
}

/** One submission that events prove accepted. */
export interface Acceptance {
  readonly submission: SubmissionKey;
  readonly messageId: string | undefined;
}

/** A suppression, and what the allowlist may know the recipient by. */
export interface CausedSuppression {
  readonly suppression: Suppression;
  /** Digest of the domain of the recipient's address. */
  readonly mailDomain: Uint8Array;
}

/** Tallies the events add to: one a batch and kind, however many events there are. */
export function talliesOf(events: readonly OwnEvent[]): Effect<Tally>[] {
  const counted = events.flatMap(({ event, submission, position, recordId }) => {
    const kind = tallyKindOf(event);
    if (kind === undefined || position === undefined) return [];
    return [{ kind, submission, position, recordId }];
  });
  const groups = grouped(counted, ({ submission, kind }) => `${batchName(submission)}#${kind}`);
  return groups.map(([first, ...others]) => {
    const all = [first, ...others];
    return {
      write: tallyOf(first.submission, first.kind, new Set(all.map(({ position }) => position))),
      recordIds: all.map(({ recordId }) => recordId),
    };
  });
}

/** Suppressions the events cause: one a recipient and cause. */
export function suppressionsOf(
  events: readonly OwnEvent[],
  pepper: string,
): Effect<CausedSuppression>[] {
  const caused = events.flatMap(({ event, position, domain, recordId, occurredAtMs }) => {
    const cause = suppressionCausedBy(event);
    const { recipient } = event;
    if (cause === undefined || recipient === undefined || domain === undefined) return [];
    // Not in the batch: nobody this deployment mailed, so not for it to judge.
    if (position === undefined) return [];
    return [{ ...cause, recipient, domain, recordId, occurredAtMs }];
  });
  const groups = grouped(caused, ({ domain, recipient, cause, tags }) =>
    JSON.stringify([domain, recipient, cause, tags]),
  );
  return groups.map(([first, ...others]) => {
    const { domain, recipient, reason, cause, tags } = first;
    const all = [first, ...others];
    return {
      write: {
        suppression: {
          domain,
          recipient: recipientDigest(pepper, recipient),
          reason,
          cause,
          observedAtMs: Math.min(...all.map(({ occurredAtMs }) => occurredAtMs)),
          confirmedAtMs: Math.max(...all.map(({ occurredAtMs }) => occurredAtMs)),
          ...(tags === undefined ? {} : { tags }),
        },
        mailDomain: recipientDigest(pepper, mailDomainOf(recipient)),
      },
      recordIds: all.map(({ recordId }) => recordId),
    };
  });
}

/** Submissions the events prove accepted: one each. */
export function acceptancesOf(events: readonly OwnEvent[]): Effect<Acceptance>[] {
  return grouped(events, ({ submission }) => submissionName(submission)).map((group) => ({
    write: {
      submission: group[0].submission,
      messageId: group
        .map(({ event }) => storableMessageId(event.messageId))
        .find((messageId) => messageId !== undefined),
    },
    recordIds: group.map(({ recordId }) => recordId),
  }));
}

/** A name for a submission that no other has. */
export const submissionName = (submission: SubmissionKey): string =>
  `${batchName(submission)}${submission.path}`;

const batchName = ({ accountId, campaignId, batchId }: SubmissionKey): string =>
  `${accountId}/${campaignId}/${batchId}`;

function tallyOf(
  { accountId, campaignId, batchId }: SubmissionKey,
  kind: TallyKind,
  positions: ReadonlySet<number>,
): Tally {
  return { batch: { accountId, campaignId, batchId }, kind, positions };
}

/** Puts items of the same name together, in the order of their first. */
export function grouped<T>(items: readonly T[], nameOf: (item: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
