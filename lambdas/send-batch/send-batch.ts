import type { ParkCause } from '../core/batch/parked-batches';
import { faultOf, MailerError, PermanentError } from '../core/errors';
import type { ReceivedMessage } from '../core/queue/consumer';
import type { Standings } from '../core/standing/standing';
import { contentOf, prepareBatch, type BatchWork } from './batch-work';
import type { Dependencies } from './dependencies';
import { parseRequest } from './parse-request';
import { findObstacle } from './obstacles';
import { park } from './park';
import { releaseHold } from './react';
import type { SubmissionRange } from './settle';
import { spreadMs } from './spread';
import { submit } from './submit';

/** Begins without an end before a batch counts as poison: something in it kills its workers. */
const MAX_BEGUN_WITHOUT_END = 5;

/** A batch is given up this long before its first records expire: it could be mailed twice after. */
const FORGOTTEN_EARLY_MS = 14 * 86_400_000;

/** After this a message is set aside: its queue would drop it, unseen, after 14 days. */
const LONGEST_WAIT_MS = 10 * 86_400_000;

/** Positions of invalid recipients that are named in the log. */
const MAX_POSITIONS = 10;

/** One message of the campaign queue; its body is a send request as JSON. */
export type QueuedBatch = Pick<ReceivedMessage, 'body' | 'groupId' | 'messageId' | 'sentAtMs'>;

/** What becomes of a message. */
export type Disposition =
  /** Nothing is left to do: the message can go. */
  | { readonly disposition: 'done' }
  /** It comes back no sooner than this; milliseconds since the Unix epoch, UTC. */
  | { readonly disposition: 'wait'; readonly untilMs: number; readonly reason: string };

/** The payload is to be set aside. */
interface Parked {
  readonly disposition: 'park';
  readonly cause: ParkCause;
}

/** Sends one batch. */
export type SendBatch = (message: QueuedBatch, deadlineMs: number) => Promise<Disposition>;

/**
 * Makes the use-case: brings a batch as far as it can get within one invocation. Running it again,
 * twice at once or after a crash mails nobody twice.
 *
 * A batch that can never be sent as it is goes to the dead letters with its reason, and is done.
 */
export function createSendBatch(dependencies: Dependencies): SendBatch {
  return async (message, deadlineMs) => {
    try {
      return await sendBatch(dependencies, message, deadlineMs);
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      return deadLetter(dependencies, message, error);
    }
  };
}

async function sendBatch(
  dependencies: Dependencies,
  message: QueuedBatch,
  deadlineMs: number,
): Promise<Disposition> {
  const { ledger, secrets, domains, clock } = dependencies;
  const request = withoutDefects(() => parseRequest(message.body));
  const { recipientPepper } = await secrets.current();
  const work = withoutDefects(() => prepareBatch(request, domains, recipientPepper, clock()));

  const nowMs = clock();
  const begun = await ledger.begin(contentOf(work), nowMs);
  if (begun.outcome === 'conflict') {
    throw new PermanentError(
      'batch-conflict',
      `batchId: received ${work.key.batchId} with another content than before, expected the same content or a new id`,
    );
  }
  if (begun.batch.firstBegunAtMs === nowMs) sayWhoIsInvalid(dependencies, work);
  if (begun.batch.state === 'ended') return end(dependencies, work, { disposition: 'done' });
  if (begun.batch.begunWithoutEnd > MAX_BEGUN_WITHOUT_END) {
    // So that a redrive, after whatever killed the workers is mended, starts with a clean record.
    await ledger.end(work.key, 'open');
    throw new PermanentError(
      'poison',
      `begun ${begun.batch.begunWithoutEnd} times without an end, allowed are ${MAX_BEGUN_WITHOUT_END}`,
    );
  }
  const ageMs = clock() - begun.batch.firstBegunAtMs;
  if (ageMs > dependencies.recordsKeptMs - FORGOTTEN_EARLY_MS) {
    await ledger.end(work.key, 'open');
    throw new PermanentError(
      'batch-too-old',
      `first begun ${Math.floor(ageMs / 86_400_000)} days ago: what was sent of it is about to be forgotten`,
    );
  }
  return workOn(dependencies, work, message, deadlineMs);
}

async function workOn(
  dependencies: Dependencies,
  work: BatchWork,
  message: QueuedBatch,
  deadlineMs: number,
): Promise<Disposition> {
  try {
    const standing = await submitAll(dependencies, work, message, deadlineMs);
    const { disposition } = standing;
    if (disposition === 'park') return await park(dependencies, work, message, standing.cause);
    const isAged = dependencies.clock() - message.sentAtMs > LONGEST_WAIT_MS;
    if (disposition === 'wait' && isAged) return await park(dependencies, work, message, 'aged');
    return await end(dependencies, work, standing);
  } catch (error) {
    // A fault we survived is no sign of poison, unless even this write fails.
    await dependencies.ledger.end(work.key, 'open').catch(() => undefined);
    throw error;
  }
}

/**
 * Submits range after range; stops at the first that must wait, since the next would wait too.
 * What may forbid a call is read before each: a pause must not wait for a thousand more of them.
 */
async function submitAll(
  dependencies: Dependencies,
  work: BatchWork,
  { sentAtMs }: QueuedBatch,
  deadlineMs: number,
): Promise<Disposition | Parked> {
  const whole = { path: '/', range: { from: 0, to: work.request.recipients.length } };
  const open: SubmissionRange[] = [whole];
  let waiting: Disposition | undefined;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const standings = await dependencies.controls.standings(work.key, work.request.domain);
    await describe(dependencies, work, standings);
    const forbidden = await whatForbids(dependencies, work, standings, sentAtMs);
    if (forbidden !== undefined) return forbidden;

    const { campaign, domain } = standings;
    const step = await submit(dependencies, work, next, {
      deadlineMs,
      sentAtMs,
      recipientCap: domain.recipientCap,
      cancelled: campaign.standing === 'cancelled',
      doubtDecision: campaign.doubtDecision,
    });
    if (step.step === 'halves') open.push(...step.halves.toReversed());
    if (step.step === 'wait') {
      waiting = earlier(waiting, step);
      // One submission in doubt says nothing of its siblings; anything else concerns them all.
      if (step.reason !== 'in-doubt' && step.reason !== 'another-worker') break;
    }
  }
  return waiting ?? { disposition: 'done' };
}

function earlier(
  waiting: Disposition | undefined,
  { untilMs, reason }: { readonly untilMs: number; readonly reason: string },
): Disposition {
  if (waiting?.disposition === 'wait' && waiting.untilMs <= untilMs) return waiting;
  return { disposition: 'wait', untilMs, reason };
}

async function whatForbids(
  dependencies: Dependencies,
  work: BatchWork,
  standings: Standings,
  sentAtMs: number,
): Promise<Disposition | Parked | undefined> {
  const { clock, chance } = dependencies;
  const obstacle = findObstacle(standings, clock());
  switch (obstacle?.obstacle) {
    case 'park':
      return { disposition: 'park', cause: obstacle.cause };
    case 'hold': {
      const untilMs = obstacle.untilMs + spreadMs(sentAtMs, clock(), chance());
      return { disposition: 'wait', untilMs, reason: 'domain-held' };
    }
    case 'cancelled':
      return undefined;
    case undefined: {
      const { heldUntilMs, holdNotified } = standings.domain;
      if (holdNotified && heldUntilMs !== undefined) {
        await releaseHold(dependencies, work, heldUntilMs);
      }
      return undefined;
    }
  }
}

async function describe(
  { controls }: Dependencies,
  { key, request }: BatchWork,
  { campaign }: Standings,
): Promise<void> {
  const { name, expectedRecipients } = request.campaign ?? {};
  const known =
    (name === undefined || campaign.name !== undefined) &&
    (expectedRecipients === undefined || campaign.expectedRecipients !== undefined);
  if (known) return;

  await controls.describeCampaign(key, {
    ...(name === undefined ? {} : { name }),
    ...(expectedRecipients === undefined ? {} : { expectedRecipients }),
  });
}

/** The report says how many; a producer who writes every row wrongly needs to know why. */
function sayWhoIsInvalid({ log }: Dependencies, { key, request, audience }: BatchWork): void {
  const { invalid } = audience;
  if (invalid.size === 0) return;

  log.warn('recipients invalid', {
    ...{ code: 'recipients-invalid', ...key, recipients: invalid.size },
    ...{ of: request.recipients.length, positions: [...invalid].slice(0, MAX_POSITIONS) },
    problems: request.recipientProblems ?? [],
  });
}

/** Deriving is pure: what makes it throw is in the request, and would be there the next time. */
function withoutDefects<T>(derive: () => T): T {
  try {
    return derive();
  } catch (error) {
    if (error instanceof MailerError) throw error;
    const fault = faultOf(error);
    throw new PermanentError('malformed-request', `request: could not be processed (${fault})`);
  }
}

async function end(
  { ledger }: Dependencies,
  { key }: BatchWork,
  disposition: Disposition,
): Promise<Disposition> {
  await ledger.end(key, disposition.disposition === 'done' ? 'ended' : 'open');
  return disposition;
}

async function deadLetter(
  { deadLetters, notifier, log, clock }: Dependencies,
  { body, groupId }: QueuedBatch,
  { code, message: reason }: PermanentError,
): Promise<Disposition> {
  await deadLetters.put({ body, code, reason, ...(groupId === undefined ? {} : { groupId }) });
  log.error('batch dead-lettered', { code: 'batch-dead-lettered', reasonCode: code, reason });
  await notifier.notify({
    version: 1,
    type: 'batch.deadLettered',
    at: new Date(clock()).toISOString(),
    reason: `${code}: ${reason}`,
  });
  return { disposition: 'done' };
}
