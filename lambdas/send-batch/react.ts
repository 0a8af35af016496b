import type { BatchKey } from '../core/campaign/keys';
import type { NotificationWithout } from '../core/notification/notification';
import { fullJitterMs, type Backoff } from '../core/submission/backoff';
import type { SendOutcome } from '../core/submission/send-outcome';
import type { DispatchingSubmission, InDoubtSubmission } from '../core/submission/submission';
import type { Admission } from '../core/breaker/breaker';
import type { BatchWork } from './batch-work';
import type { Dependencies } from './dependencies';
import type { Step } from './settle';

/**
 * Between two tries of a call that did not get through. Half an hour at most, a quarter on average:
 * ten days of tries are fewer than the receives the queue allows.
 */
export const RETRY_BACKOFF: Backoff = { baseMs: 5_000, capMs: 30 * 60_000 };

/** Longest a domain is held on one word of Mailgun's, in milliseconds. */
const LONGEST_HOLD_MS = 24 * 3_600_000;

/** A hold longer than this is told to people, in milliseconds. */
const NOTABLE_HOLD_MS = 3_600_000;

/** Longest Mailgun is asked about its sending queue, in milliseconds. */
const QUEUE_STATUS_TIMEOUT_MS = 5_000;

/** Kept back from the invocation for what follows, in milliseconds. */
const RESERVE_MS = 3_000;

/** Who acts, in standings and their reasons. */
const ACTOR = 'send-batch';

/** What a worker notices with a batch in hand. */
type Noticed =
  | 'breaker.opened'
  | 'breaker.closed'
  | 'batch.inDoubt'
  | 'domain.held'
  | 'domain.released'
  | 'domain.blocked'
  | 'campaign.paused';

type NotTaken = Exclude<SendOutcome, { readonly outcome: 'taken' }>;

/** A call that was not taken, or that nobody knows of. */
export interface Reaction<Outcome extends NotTaken = NotTaken> {
  readonly claimed: DispatchingSubmission;
  readonly outcome: Outcome;
  /** The invocation ends at this time; milliseconds since the Unix epoch, UTC. */
  readonly deadlineMs: number;
}

/**
 * Does what an outcome means beyond its own submission: holds or blocks the domain, pauses the
 * campaign, tells people.
 *
 * @returns until when the batch had better wait; milliseconds since the Unix epoch, UTC.
 */
export async function reactTo(
  dependencies: Dependencies,
  work: BatchWork,
  reaction: Reaction,
): Promise<number> {
  const { clock, controls, chance } = dependencies;
  const { domain } = work.request;
  const { claimed, outcome } = reaction;
  logOutcome(dependencies, work, reaction);
  switch (outcome.outcome) {
    case 'domainMustWait':
      await dependencies.governor.slowDown(domain, clock());
      return hold(dependencies, work, { ...reaction, outcome });
    case 'domainCannotSend':
      await block(dependencies, work, outcome.reason, reaction.deadlineMs);
      return clock();
    case 'tooLarge':
      // Too many bytes are this message's own; too many recipients are the domain's.
      if (outcome.limit === 'bytes') return clock();
      await controls.capRecipients(domain, Math.ceil(claimed.recipients / 2));
      return clock();
    case 'addressRefused':
      return clock();
    case 'contentRefused':
      await pause(dependencies, work, `Mailgun refused the content: ${outcome.reason}`);
      return clock();
    case 'notSent':
      return clock() + fullJitterMs(RETRY_BACKOFF, claimed.attempts, chance());
    case 'unknown':
      return clock() + 60_000;
  }
}

/** Counts what a call says of the provider, and tells people of a breaker that opened or closed. */
export async function countResult(
  dependencies: Dependencies,
  work: BatchWork,
  admission: Exclude<Admission, { readonly admission: 'open' }>,
  outcome: SendOutcome,
): Promise<void> {
  const { breaker, clock } = dependencies;
  const { domain } = work.request;
  const isFault =
    outcome.outcome === 'unknown' || (outcome.outcome === 'notSent' && outcome.network);
  const result = isFault ? 'fault' : 'answered';
  const changed = await breaker.record(domain, admission, result, clock());
  if (changed.change === 'opened') {
    const { calls, faults, untilMs } = changed;
    await notify(dependencies, work, {
      type: 'breaker.opened',
      reason: `${faults} of ${calls} calls failed`,
      details: { calls, faults, until: new Date(untilMs).toISOString() },
    });
  }
  if (changed.change === 'closed') {
    const openSince = new Date(changed.openSinceMs).toISOString();
    await notify(dependencies, work, { type: 'breaker.closed', details: { openSince } });
  }
}

/** Waits for an open breaker; pauses the campaign where it has been open for too long. */
export async function meetOpenBreaker(
  dependencies: Dependencies,
  work: BatchWork,
  { untilMs, openSinceMs }: Extract<Admission, { readonly admission: 'open' }>,
): Promise<Step> {
  const { clock, chance, pauseAfterOpenMs } = dependencies;
  if (pauseAfterOpenMs !== undefined && clock() - openSinceMs >= pauseAfterOpenMs) {
    const since = new Date(openSinceMs).toISOString();
    await pause(dependencies, work, `the breaker of ${work.request.domain} is open since ${since}`);
    return { step: 'wait', untilMs: clock(), reason: 'breaker-open' };
  }
  // The longer it has been open, the wider those that wait are spread.
  const spreadMs = Math.min(10 * 60_000, 5_000 + (clock() - openSinceMs) / 4);
  return {
    step: 'wait',
    untilMs: untilMs + Math.round(chance() * spreadMs),
    reason: 'breaker-open',
  };
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

/** Ends a hold that has passed; whoever was told of it hears of its end. */
export async function releaseHold(
  dependencies: Dependencies,
  work: BatchWork,
  heldUntilMs: number,
): Promise<void> {
  if (!(await dependencies.controls.releaseHold(work.request.domain, heldUntilMs))) return;

  const until = new Date(heldUntilMs).toISOString();
  await notify(dependencies, work, { type: 'domain.released', details: { until } });
}

async function hold(
  dependencies: Dependencies,
  work: BatchWork,
  { claimed, outcome, deadlineMs }: Reaction<Extract<NotTaken, { outcome: 'domainMustWait' }>>,
): Promise<number> {
  const { clock, chance } = dependencies;
  const backoffMs = fullJitterMs(RETRY_BACKOFF, claimed.attempts, chance());
  const { untilMs = clock() + backoffMs, reason } = outcome;
  const moved = await holdUntil(dependencies, work, untilMs, reason);
  if (!moved) return afterHold(untilMs, chance());

  const status = await readQueue(dependencies, work, deadlineMs);
  const queueUntilMs = status?.disabled === true ? (status.untilMs ?? 0) : 0;
  if (queueUntilMs > untilMs) {
    await holdUntil(dependencies, work, queueUntilMs, status?.reason ?? reason);
  }
  return afterHold(Math.max(untilMs, queueUntilMs), chance());
}

async function holdUntil(
  dependencies: Dependencies,
  work: BatchWork,
  wantedMs: number,
  reason: string,
): Promise<boolean> {
  const { clock, controls } = dependencies;
  const { domain } = work.request;
  const atMs = clock();
  const untilMs = Math.min(wantedMs, atMs + LONGEST_HOLD_MS);
  const notified = untilMs - atMs > NOTABLE_HOLD_MS;
  const moved = await controls.holdDomain(domain, { untilMs, reason, atMs, notified });
  if (moved && notified) {
    const until = new Date(untilMs).toISOString();
    await notify(dependencies, work, { type: 'domain.held', reason, details: { until } });
  }
  return moved;
}

/** Spreads those that waited for the same hold, so that they don't meet the next limit together. */
function afterHold(heldUntilMs: number, chance: number): number {
  return heldUntilMs + Math.round(chance * 10_000);
}

async function block(
  dependencies: Dependencies,
  work: BatchWork,
  reason: string,
  deadlineMs: number,
): Promise<void> {
  const { clock, controls } = dependencies;
  const { domain } = work.request;
  if (!(await controls.blockDomain(domain, { reason, actor: ACTOR, atMs: clock() }))) return;

  const status = await readQueue(dependencies, work, deadlineMs);
  const details = status?.disabled === true && { queue: status.reason ?? 'disabled' };
  await notify(dependencies, work, {
    type: 'domain.blocked',
    reason,
    ...(details && { details }),
  });
}

function readQueue({ clock, sendingQueues }: Dependencies, work: BatchWork, deadlineMs: number) {
  const untilMs = Math.min(clock() + QUEUE_STATUS_TIMEOUT_MS, deadlineMs - RESERVE_MS);
  return sendingQueues.read(work.request.domain, untilMs);
}

async function pause(dependencies: Dependencies, work: BatchWork, reason: string): Promise<void> {
  const { clock, controls } = dependencies;
  if (await controls.pauseCampaign(work.key, { reason, actor: ACTOR, atMs: clock() })) {
    await notify(dependencies, work, {
      type: 'campaign.paused',
      reason,
      details: { actor: ACTOR },
    });
  }
}

function logOutcome(
  { log }: Dependencies,
  { key }: BatchWork,
  { claimed, outcome }: Reaction,
): void {
  log.warn('submission not accepted', {
    ...key,
    code: `submission-${kebab(outcome.outcome)}`,
    path: claimed.path,
    attempts: claimed.attempts,
    reason: 'reason' in outcome ? outcome.reason : 'cause' in outcome ? outcome.cause : undefined,
  });
}

function notify(
  { notifier, clock }: Dependencies,
  { key, request }: BatchWork,
  what: NotificationWithout<'version' | 'at' | keyof BatchKey | 'domain', Noticed>,
): Promise<void> {
  const at = new Date(clock()).toISOString();
  return notifier.notify({ version: 1, at, ...key, domain: request.domain, ...what });
}

function kebab(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
