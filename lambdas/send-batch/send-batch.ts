import { recipientsRecord } from '../core/batch/select-recipients';
import { PermanentError } from '../core/errors';
import type { Standings } from '../core/standing/standing';
import { contentOf, prepareBatch, type BatchWork } from './batch-work';
import type { Dependencies } from './dependencies';
import { parseRequest } from './parse-request';
import { afterHold, BLOCKED_RECHECK_MS } from './react';
import { submit, type Allowance, type SubmissionRange } from './submit';

/** Begins without an end before a batch counts as poison: something in it kills its workers. */
const MAX_BEGUN_WITHOUT_END = 5;

/** One message of the campaign queue. */
export interface QueuedBatch {
  /** A send request as JSON. */
  readonly body: string;
  readonly groupId?: string;
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
      return await sendBatch(dependencies, message.body, deadlineMs);
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      return deadLetter(dependencies, message, error);
    }
  };
}

async function sendBatch(
  dependencies: Dependencies,
  body: string,
  deadlineMs: number,
): Promise<Disposition> {
  const { ledger, secrets, domains, clock } = dependencies;
  const request = parseRequest(body);
  const { recipientPepper } = await secrets.current();
  const work = prepareBatch(request, domains, recipientPepper, clock());

  const atMs = clock();
  const begun = await ledger.begin(contentOf(work), atMs);
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
  // Whoever came to an end before has stored them.
  const { firstBegunAtMs, begunWithoutEnd } = begun.batch;
  const recipientsStored = firstBegunAtMs !== atMs && begunWithoutEnd === 1;
  return workOn(dependencies, work, { deadlineMs, recipientsStored });
}

async function workOn(
  dependencies: Dependencies,
  work: BatchWork,
  { deadlineMs, recipientsStored }: { deadlineMs: number; recipientsStored: boolean },
): Promise<Disposition> {
  try {
    if (!recipientsStored) {
      await dependencies.recipientRecords.record(work.key, recipientsRecord(work.audience));
    }
    const disposition = await advanceBatch(dependencies, work, deadlineMs);
    return await end(dependencies, work, disposition);
  } catch (error) {
    // A fault we survived is no sign of poison, unless even this write fails.
    await dependencies.ledger.end(work.key, 'open').catch(() => undefined);
    throw error;
  }
}

async function advanceBatch(
  dependencies: Dependencies,
  work: BatchWork,
  deadlineMs: number,
): Promise<Disposition> {
  const { controls } = dependencies;
  const standings = await controls.standings(work.key, work.request.domain);
  await describe(dependencies, work, standings);
  const forbidden = whatForbids(dependencies, standings);
  if (forbidden !== undefined) return forbidden;

  const { recipientCap } = standings.domain;
  return submitAll(dependencies, work, { deadlineMs, recipientCap });
}

/** Submits range after range; stops at the first that must wait, since the next would wait too. */
async function submitAll(
  dependencies: Dependencies,
  work: BatchWork,
  allowance: Allowance,
): Promise<Disposition> {
  const whole = { path: '/', range: { from: 0, to: work.request.recipients.length } };
  const open: SubmissionRange[] = [whole];
  let waiting: Disposition | undefined;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const step = await submit(dependencies, work, next, allowance);
    if (step.step === 'halves') open.push(...step.halves.toReversed());
    if (step.step === 'stop' && open.length > 0) {
      return { disposition: 'wait', untilMs: dependencies.clock(), reason: 'content-refused' };
    }
    if (step.step !== 'wait') continue;

    waiting = earlier(waiting, step);
    // One submission in doubt says nothing of its siblings; anything else concerns them all.
    if (step.reason !== 'in-doubt' && step.reason !== 'another-worker') break;
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
): Disposition | undefined {
  const recheckMs = clock() + BLOCKED_RECHECK_MS * (0.5 + chance() / 2);
  const reason =
    (campaign.standing !== 'active' && `campaign-${campaign.standing}`) ||
    (account.standing !== 'active' && `account-${account.standing}`) ||
    (domain.standing !== 'active' && `domain-${domain.standing}`);
  if (reason !== false) return { disposition: 'wait', untilMs: recheckMs, reason };

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
