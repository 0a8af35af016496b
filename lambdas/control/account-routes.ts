import { PAUSES_COUNT_DAYS } from '../core/guard/account-log';
import type { AccountRecord } from '../core/standing/standing';
import { act } from './act';
import { describeGuard } from './describe-guard';
import { describeHistory } from './history';
import { accountIn } from './parameters';
import { json, type ControlRequest, type ControlResponse } from './request';
import { readStandingChange } from './standing-change';
import type { StandingDependencies } from './standing-dependencies';

const A_DAY_MS = 86_400_000;

/** Answers whether an account may send, and what the guard found. */
export async function answerAccount(
  { controls, accountLog, guardRecords, clock }: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const accountId = accountIn(request);
  const [account, pauses, { facts }] = await Promise.all([
    controls.account(accountId),
    accountLog.pauses(accountId, clock() - PAUSES_COUNT_DAYS * A_DAY_MS),
    guardRecords.read({ subject: 'account', accountId }),
  ]);
  const described = describeStanding(account);
  return json(200, {
    accountId,
    ...described,
    automaticPauses: pauses.map(({ campaignId, atMs }) => ({
      campaignId,
      at: new Date(atMs).toISOString(),
    })),
    guard: describeGuard(facts, described.since),
  });
}

/** Suspends an account: none of its campaigns sends. Doing it again changes nothing. */
export async function answerSuspend(
  dependencies: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const accountId = accountIn(request);
  const change = readStandingChange(request.body, dependencies.clock());
  const changed = await act(dependencies, {
    ...{ subject: { accountId }, change },
    make: () => dependencies.controls.suspendAccount(accountId, change),
    notification: { type: 'account.suspended', accountId },
    code: 'account-suspended',
  });
  return answerChanged(dependencies, accountId, changed);
}

/** Lets a suspended account send again. Doing it again changes nothing. */
export async function answerReinstate(
  dependencies: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const accountId = accountIn(request);
  const change = readStandingChange(request.body, dependencies.clock());
  const changed = await act(dependencies, {
    ...{ subject: { accountId }, change },
    make: () => dependencies.controls.reinstateAccount(accountId, change),
    notification: { type: 'account.reinstated', accountId },
    release: { scope: 'account', accountId },
    code: 'account-reinstated',
  });
  return answerChanged(dependencies, accountId, changed);
}

/** Answers with every change of an account. */
export async function answerAccountHistory(
  { controls }: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const accountId = accountIn(request);
  const entries = await controls.history({ subject: 'account', accountId });
  return json(200, { accountId, entries: describeHistory(entries) });
}

async function answerChanged(
  { controls }: StandingDependencies,
  accountId: string,
  changed: boolean,
): Promise<ControlResponse> {
  return json(200, {
    accountId,
    ...describeStanding(await controls.account(accountId)),
    changed,
  });
}

function describeStanding({ standing, reason, sinceMs }: AccountRecord) {
  const isStopped = standing === 'suspended' && sinceMs !== undefined;
  const since = isStopped ? new Date(sinceMs).toISOString() : null;
  return { status: standing, reason: reason ?? null, since };
}
