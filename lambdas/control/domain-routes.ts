import type { BreakerRecord } from '../core/breaker/breaker';
import type { DomainHealth } from '../core/domain-health/finding';
import type { AllowanceRecord } from '../core/governor/governor';
import type { SyncRecord } from '../core/suppression/sync-journal';
import { act } from './act';
import { describeHistory } from './history';
import { domainIn } from './parameters';
import { json, type ControlRequest, type ControlResponse } from './request';
import { readStandingChange } from './standing-change';
import type { StandingDependencies } from './standing-dependencies';

/** Answers with what keeps a domain from sending. */
export async function answerDomain(
  dependencies: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  return json(200, await describeDomain(dependencies, domainIn(request)));
}

/** Blocks a domain until a person unblocks it. Doing it again changes nothing. */
export async function answerBlock(
  dependencies: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const domain = domainIn(request);
  const change = readStandingChange(request.body, dependencies.clock());
  const changed = await act(dependencies, {
    ...{ subject: { domain }, change },
    make: () => dependencies.controls.blockDomain(domain, change),
    notification: { type: 'domain.blocked', domain },
    code: 'domain-blocked',
  });
  return json(200, { ...(await describeDomain(dependencies, domain)), changed });
}

/** Lets a blocked domain send again. Doing it again changes nothing. */
export async function answerUnblock(
  dependencies: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const domain = domainIn(request);
  const change = readStandingChange(request.body, dependencies.clock());
  const changed = await act(dependencies, {
    ...{ subject: { domain }, change },
    make: () => dependencies.controls.unblockDomain(domain, change),
    notification: { type: 'domain.released', domain },
    release: { scope: 'domain', domain },
    code: 'domain-unblocked',
  });
  return json(200, { ...(await describeDomain(dependencies, domain)), changed });
}

/** Answers with every change of a domain. */
export async function answerDomainHistory(
  { controls }: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const domain = domainIn(request);
  const entries = await controls.history({ subject: 'domain', domain });
  return json(200, { domain, entries: describeHistory(entries) });
}

async function describeDomain(
  { controls, breaker, governor, healths, syncJournal, domains, clock }: StandingDependencies,
  domain: string,
): Promise<Record<string, unknown>> {
  const atMs = clock();
  const [{ standing, reason, heldUntilMs, recipientCap }, breakerNow, allowance, found, sync] =
    await Promise.all([
      controls.domain(domain),
      breaker.read(domain, atMs),
      domains.has(domain) ? governor.read(domain, atMs) : undefined,
      healths.read(domain),
      syncJournal.read(domain),
    ]);
  const held = heldUntilMs !== undefined && heldUntilMs > atMs;
  return {
    domain,
    status: standing,
    reason: reason ?? null,
    heldUntil: held ? new Date(heldUntilMs).toISOString() : null,
    recipientCap: recipientCap ?? null,
    breaker: describeBreaker(breakerNow),
    allowance: allowance === undefined ? null : describeAllowance(allowance),
    health: found === undefined ? null : describeHealth(found.health),
    suppressionSync: describeSync(sync),
  };
}

function describeBreaker({ state, openSinceMs, untilMs, calls, faults }: BreakerRecord) {
  return { state, openSince: timeOrNull(openSinceMs), until: timeOrNull(untilMs), calls, faults };
}

/** What the domain doctor last found. */
function describeHealth({ atMs, canSend, findings }: DomainHealth) {
  const isWrong = findings.some(({ severity }) => severity === 'error');
  const status = isWrong ? 'unhealthy' : canSend === 'yes' ? 'healthy' : 'unknown';
  return { status, at: new Date(atMs).toISOString(), canSend, findings };
}

/** How Mailgun's suppression lists were last taken over. */
function describeSync({ completeAtMs, failure }: SyncRecord) {
  return {
    lastCompleteAt: timeOrNull(completeAtMs),
    failingSince: timeOrNull(failure?.sinceMs),
    failure: failure?.reason ?? null,
  };
}

function describeAllowance({ recipientsPerSecond, usedToday, budgetToday }: AllowanceRecord) {
  return { recipientsPerSecond, usedToday, budgetToday: budgetToday ?? null };
}

const timeOrNull = (ms: number | undefined): string | null =>
  ms === undefined ? null : new Date(ms).toISOString();
