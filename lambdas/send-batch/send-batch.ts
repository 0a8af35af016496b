import { MailerError, PermanentError } from '../core/errors';
import type { Standings } from '../core/standing/standing';
import { contentOf, prepareBatch, type BatchWork } from './batch-work';
import type { Dependencies } from './dependencies';
import { parseRequest } from './parse-request';
import { afterHold, recheckMs } from './react';
import { submit, type SubmissionRange } from './submit';

/** Begins without an end before a batch counts as poison: something in it kills its workers. */
const MAX_BEGUN_WITHOUT_END = 5;

/** After this a message is given up while it can still be kept: the queue would drop it unseen. */
const LONGEST_WAIT_MS = 10 * 86_400_000;

/** One message of the campaign queue. */
export interface QueuedBatch {
  /** A send request as JSON. */
  readonly body: string;
  readonly groupId?: string;
  /** When it was put on the queue; milliseconds since the Unix epoch, UTC. */
  readonly sentAtMs: number;
}

/** What one invocation works under. */
interface Invocation {
  /** It ends at this time; milliseconds since the Unix epoch, UTC. */
  readonly deadlineMs: number;
  /** How long its message has been on the queue. */
  readonly waitedMs: number;
}

/** What becomes of a message. */
export type Disposition =
  /** Nothing is left to do: the message can go. */
  | { readonly disposition: 'done' }
  /** It comes back no sooner than this; milliseconds since the Unix epoch, UTC. */
  | { readonly disposition: 'wait'; readonly untilMs: number; readonly reason: string };

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
  { body, sentAtMs }: QueuedBatch,
  deadlineMs: number,
): Promise<Disposition> {
  const { ledger, secrets, domains, clock } = dependencies;
  const request = withoutDefects(() => parseRequest(body));
  const { recipientPepper } = await secrets.current();
  const work = withoutDefects(() => prepareBatch(request, domains, recipientPepper, clock()));

  const begun = await ledger.begin(contentOf(work), clock());
  if (begun.outcome === 'conflict') {
    throw new PermanentError(
      'batch-conflict',
      `batchId: received ${work.key.batchId} with another content than before, expected the same content or a new id`,
    );
  }
  if (begun.batch.state === 'ended') return end(dependencies, work, { disposition: 'done' });
  if (begun.batch.begunWithoutEnd > MAX_BEGUN_WITHOUT_END) {
    // So that a redrive, after whatever killed the workers is mended, starts with a clean record.
    await ledger.end(work.key, 'open');
    throw new PermanentError(
      'poison',
      `begun ${begun.batch.begunWithoutEnd} times without an end, allowed are ${MAX_BEGUN_WITHOUT_END}`,
    );
  }
  const waitedMs = clock() - sentAtMs;
  if (waitedMs > LONGEST_WAIT_MS) {
    await ledger.end(work.key, 'open');
    throw new PermanentError(
      'waited-too-long',
      `waited ${days(waitedMs)} days, allowed are ${days(LONGEST_WAIT_MS)}: the queue keeps a message for 14`,
    );
  }
  return workOn(dependencies, work, { deadlineMs, waitedMs });
}

async function workOn(
  dependencies: Dependencies,
  work: BatchWork,
  invocation: Invocation,
): Promise<Disposition> {
  try {
    const disposition = await submitAll(dependencies, work, invocation);
    return await end(dependencies, work, disposition);
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
  { deadlineMs, waitedMs }: Invocation,
): Promise<Disposition> {
  const whole = { path: '/', range: { from: 0, to: work.request.recipients.length } };
  const open: SubmissionRange[] = [whole];
  let waiting: Disposition | undefined;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const standings = await dependencies.controls.standings(work.key, work.request.domain);
    await describe(dependencies, work, standings);
    const forbidden = whatForbids(dependencies, standings, waitedMs);
    if (forbidden !== undefined) return forbidden;

    const { recipientCap } = standings.domain;
    const step = await submit(dependencies, work, next, { deadlineMs, recipientCap });
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

function whatForbids(
  { clock, chance }: Dependencies,
  { campaign, account, domain }: Standings,
  waitedMs: number,
): Disposition | undefined {
  const reason =
    (campaign.standing !== 'active' && `campaign-${campaign.standing}`) ||
    (account.standing !== 'active' && `account-${account.standing}`) ||
    (domain.standing !== 'active' && `domain-${domain.standing}`);
  if (reason !== false) {
    return { disposition: 'wait', untilMs: clock() + recheckMs(waitedMs, chance()), reason };
  }

  if (domain.heldUntilMs === undefined || domain.heldUntilMs <= clock()) return undefined;
  return {
    disposition: 'wait',
    untilMs: afterHold(domain.heldUntilMs, chance()),
    reason: 'domain-held',
  };
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

/** Deriving is pure: what makes it throw is in the request, and would be there the next time. */
function withoutDefects<T>(derive: () => T): T {
  try {
    return derive();
  } catch (error) {
    if (error instanceof MailerError) throw error;
    const name = error instanceof Error ? error.name : typeof error;
    throw new PermanentError('malformed-request', `request: could not be processed (${name})`);
  }
}

const days = (ms: number): string => (ms / 86_400_000).toFixed(1).replace(/\.0$/, '');

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
