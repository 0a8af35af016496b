import type { Notification } from '../core/notification/notification';
import { fullJitterMs, type Backoff } from '../core/submission/backoff';
import type { SendOutcome } from '../core/submission/send-outcome';
import type { DispatchingSubmission, InDoubtSubmission } from '../core/submission/submission';
import type { BatchWork } from './batch-work';
import type { Dependencies } from './dependencies';

/**
 * Between two tries of a call that did not get through. Half an hour at most, a quarter on average:
 * ten days of tries are fewer than the receives the queue allows.
 */
export const RETRY_BACKOFF: Backoff = { baseMs: 5_000, capMs: 30 * 60_000 };

/** Longest a domain is held on one word of Mailgun's, in milliseconds. */
const LONGEST_HOLD_MS = 24 * 3_600_000;

/**
 * How long a batch waits that only a person can release, before it looks again: an eighth of the
 * time it has waited so far, between one and thirty minutes. A resumed campaign goes on soon, and ten
 * days of waiting are still fewer looks than the queue allows receives.
 *
 * @returns milliseconds.
 */
export function recheckMs(waitedMs: number, chance: number): number {
  const boundMs = Math.min(30 * 60_000, Math.max(60_000, waitedMs / 8));
  return Math.round(boundMs * (0.75 + chance / 4));
}

/** Who acts, in standings and their reasons. */
const ACTOR = 'send-batch';

type NotTaken = Exclude<SendOutcome, { readonly outcome: 'taken' }>;

/**
 * Does what an outcome means beyond its own submission: holds or blocks the domain, pauses the
 * campaign, tells people.
 *
 * @returns until when the batch had better wait; milliseconds since the Unix epoch, UTC.
 */
export async function reactTo(
  dependencies: Dependencies,
  work: BatchWork,
  claimed: DispatchingSubmission,
  outcome: NotTaken,
): Promise<number> {
  const { clock, controls } = dependencies;
  const { domain } = work.request;
  dependencies.log.warn('submission not accepted', {
    ...work.key,
    code: `submission-${kebab(outcome.outcome)}`,
    path: claimed.path,
    attempts: claimed.attempts,
    reason: 'reason' in outcome ? outcome.reason : 'cause' in outcome ? outcome.cause : undefined,
  });
  switch (outcome.outcome) {
    case 'domainMustWait':
      return hold(dependencies, work, claimed, outcome);
    case 'domainCannotSend': {
      await block(dependencies, work, outcome.reason);
      return clock() + recheckMs(0, dependencies.chance());
    }
    case 'tooLarge':
      // Too many bytes are this message's own; too many recipients are the domain's.
      if (outcome.limit === 'bytes') return clock();
      await controls.capRecipients(domain, Math.ceil(claimed.recipients / 2));
      return clock();
    case 'addressRefused':
      return clock();
    case 'contentRefused':
      await pause(dependencies, work, outcome.reason);
      return clock();
    case 'notSent':
      return clock() + backoffMs(dependencies, claimed);
    case 'unknown':
      await notifyInDoubt(dependencies, work, { ...claimed, cause: outcome.cause });
      return clock() + backoffMs(dependencies, claimed);
  }
}

/** Tells people that nobody can tell whether a submission was taken. */
export function notifyInDoubt(
  dependencies: Dependencies,
  work: BatchWork,
  { path, recipients, cause }: Pick<InDoubtSubmission, 'path' | 'recipients' | 'cause'>,
): Promise<void> {
  return notify(dependencies, work, {
    type: 'batch.inDoubt',
    reason: cause,
    details: { path, recipients },
  });
}

async function hold(
  dependencies: Dependencies,
  work: BatchWork,
  claimed: DispatchingSubmission,
  { untilMs, reason }: Extract<NotTaken, { outcome: 'domainMustWait' }>,
): Promise<number> {
  const { clock, controls, chance } = dependencies;
  const { domain } = work.request;
  const nowMs = clock();
  const heldUntilMs = Math.min(
    untilMs ?? nowMs + backoffMs(dependencies, claimed),
    nowMs + LONGEST_HOLD_MS,
  );
  if (await controls.holdDomain(domain, { untilMs: heldUntilMs, reason, atMs: nowMs })) {
    const until = new Date(heldUntilMs).toISOString();
    await notify(dependencies, work, { type: 'domain.held', domain, reason, details: { until } });
  }
  return afterHold(heldUntilMs, chance());
}

/** Spreads those that waited for the same hold, so that they don't meet the next limit together. */
export function afterHold(heldUntilMs: number, chance: number): number {
  return heldUntilMs + Math.round(chance * 10_000);
}

async function block(dependencies: Dependencies, work: BatchWork, reason: string): Promise<void> {
  const { clock, controls } = dependencies;
  const { domain } = work.request;
  if (await controls.blockDomain(domain, { reason, actor: ACTOR, atMs: clock() })) {
    await notify(dependencies, work, { type: 'domain.blocked', domain, reason });
  }
}

async function pause(dependencies: Dependencies, work: BatchWork, reason: string): Promise<void> {
  const { clock, controls } = dependencies;
  const change = { reason: `Mailgun refused the content: ${reason}`, actor: ACTOR, atMs: clock() };
  if (await controls.pauseCampaign(work.key, change)) {
    await notify(dependencies, work, { type: 'campaign.paused', reason: change.reason });
  }
}

function backoffMs({ chance }: Dependencies, { attempts }: DispatchingSubmission): number {
  return fullJitterMs(RETRY_BACKOFF, attempts, chance());
}

function notify(
  { notifier, clock }: Dependencies,
  { key, request }: BatchWork,
  what: Pick<Notification, 'type' | 'domain' | 'reason' | 'details'>,
): Promise<void> {
  const at = new Date(clock()).toISOString();
  return notifier.notify({ version: 1, at, ...key, domain: request.domain, ...what });
}

function kebab(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
