import { act } from './act';
import { describeHistory } from './history';
import { accountIn } from './parameters';
import { json, type ControlRequest, type ControlResponse } from './request';
import { readStandingChange } from './standing-change';
import type { StandingDependencies } from './standing-dependencies';

/** Answers whether an account may send. */
export async function answerAccount(
  { controls }: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const accountId = accountIn(request);
  const { standing, reason } = await controls.account(accountId);
  return json(200, { accountId, status: standing, reason: reason ?? null });
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
  const { standing, reason } = await controls.account(accountId);
  return json(200, { accountId, status: standing, reason: reason ?? null, changed });
}
