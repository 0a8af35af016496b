import type {
  Admission,
  BreakerChange,
  BreakerRecord,
  BreakerSettings,
  CallResult,
} from './breaker';

/** Calls counted in the current half of the window and in the half before it. */
export interface CallCounts {
  /** Number of the current half since the Unix epoch. */
  readonly windowId: number;
  readonly calls: number;
  readonly faults: number;
  readonly previousCalls: number;
  readonly previousFaults: number;
}

/** How a breaker last opened. */
export interface Opening {
  /** Whose opening it was; lets a worker know its own write again. */
  readonly token: string;
  /** Milliseconds since the Unix epoch, UTC, as are all times here. */
  readonly sinceMs: number;
  /** No probe before this time. */
  readonly untilMs: number;
  /** The cool-down that ends at `untilMs`. */
  readonly coolDownMs: number;
}

/** How a breaker last closed. */
export interface Closing {
  readonly token: string;
  readonly atMs: number;
  readonly openSinceMs: number;
}

/** The lease of the one call that may be made while a breaker is half open. */
export interface Probe {
  readonly token: string;
  /** Its worker counts as dead from this time on. */
  readonly untilMs: number;
}

interface Transitions {
  /** Transitions so far; counting a call is none. */
  readonly revision: number;
  readonly counts: CallCounts;
}

/** A breaker that lets every call pass. */
export interface ClosedBreaker extends Transitions {
  readonly phase: 'closed';
  readonly opening?: Opening | undefined;
  readonly closing?: Closing | undefined;
}

/** A breaker that lets no call pass but a probe. Its counts are those it opened with. */
export interface OpenBreaker extends Transitions {
  readonly phase: 'open';
  readonly opening: Opening;
  readonly closing?: Closing | undefined;
  readonly probe?: Probe | undefined;
}

/** A breaker as it is stored. */
export type BreakerState = ClosedBreaker | OpenBreaker;

/** What a decision says, and what must be stored for it to hold. */
export interface Step<Answer> {
  readonly answer: Answer;
  /** The state to store; `undefined` when nothing changes. */
  readonly next?: BreakerState;
}

/** The result of a probe, with the token of the write that records it. */
export interface ProbeResult {
  readonly probeToken: string;
  readonly result: CallResult;
  readonly atMs: number;
  readonly token: string;
}

const NO_CALLS = { calls: 0, faults: 0, previousCalls: 0, previousFaults: 0 };

/** A breaker nobody has used yet. */
export const UNUSED_BREAKER: ClosedBreaker = {
  phase: 'closed',
  revision: 0,
  counts: { windowId: 0, ...NO_CALLS },
};

/** @returns the number of the half of the window that a time lies in. */
export function windowIdAt({ windowMs }: BreakerSettings, nowMs: number): number {
  return Math.floor(nowMs / (windowMs / 2));
}

/** Moves counts to a later half of the window; an earlier one, of a slow clock, changes nothing. */
export function rolledTo(counts: CallCounts, windowId: number): CallCounts {
  if (windowId <= counts.windowId) return counts;
  if (windowId > counts.windowId + 1) return { windowId, ...NO_CALLS };

  const { calls, faults } = counts;
  return { windowId, calls: 0, faults: 0, previousCalls: calls, previousFaults: faults };
}

/** Counts one result into the current half of the window. */
export function counted(counts: CallCounts, result: CallResult): CallCounts {
  const { calls, faults } = counts;
  return { ...counts, calls: calls + 1, faults: faults + faultsIn(result) };
}

/** @returns how many faults a result is: 1 or 0. */
export function faultsIn(result: CallResult): 0 | 1 {
  return result === 'fault' ? 1 : 0;
}

/**
 * Opens a closed breaker whose window holds enough calls and faults.
 *
 * @param token new for every opening.
 */
export function openWhereDue(
  state: BreakerState,
  settings: BreakerSettings,
  nowMs: number,
  token: string,
): Step<BreakerChange> {
  if (state.opening?.token === token) return { answer: openedBy(state.opening, state.counts) };
  if (state.phase === 'open' || !isDue(state.counts, settings)) return { answer: NO_CHANGE };

  const coolDownMs = firstCoolDownMs(state, settings, nowMs);
  const opening = { token, sinceMs: nowMs, untilMs: nowMs + coolDownMs, coolDownMs };
  return {
    answer: openedBy(opening, state.counts),
    next: { ...state, phase: 'open', revision: state.revision + 1, opening },
  };
}

/**
 * Decides whether a call may be made; where it may be the probe, takes the lease.
 *
 * @param probe the lease this call would take, with a new token.
 */
export function admitted(state: BreakerState, probe: Probe, nowMs: number): Step<Admission> {
  if (state.phase === 'closed') return { answer: { admission: 'closed' } };

  const mine: Admission = { admission: 'probe', probeToken: probe.token };
  if (state.probe?.token === probe.token) return { answer: mine };

  const untilMs = closedUntilMs(state, nowMs);
  if (untilMs <= nowMs) {
    return { answer: mine, next: { ...state, revision: state.revision + 1, probe } };
  }
  return { answer: { admission: 'open', untilMs, openSinceMs: state.opening.sinceMs } };
}

/** Closes a breaker whose probe was answered; opens it for longer when the probe was a fault. */
export function settled(
  state: BreakerState,
  { probeToken, result, atMs, token }: ProbeResult,
  settings: BreakerSettings,
): Step<BreakerChange> {
  if (state.closing?.token === token) return { answer: closedBy(state.closing) };
  if (state.phase === 'closed' || state.probe?.token !== probeToken) return { answer: NO_CHANGE };

  const { probe: _ended, opening, ...rest } = state;
  const revision = state.revision + 1;
  if (result === 'fault') {
    const coolDownMs = doubledMs(opening.coolDownMs, settings);
    const longer = { ...opening, untilMs: atMs + coolDownMs, coolDownMs };
    return { answer: NO_CHANGE, next: { ...rest, revision, opening: longer } };
  }
  const closing = { token, atMs, openSinceMs: opening.sinceMs };
  const windowId = Math.max(state.counts.windowId, windowIdAt(settings, atMs));
  const counts = { windowId, ...NO_CALLS };
  return {
    answer: closedBy(closing),
    next: { phase: 'closed', revision, counts, opening, closing },
  };
}

/** Ends the lease of a probe that made no call. */
export function givenBack(state: BreakerState, probeToken: string): Step<undefined> {
  if (state.phase === 'closed' || state.probe?.token !== probeToken) return { answer: undefined };

  const { probe: _ended, ...rest } = state;
  return { answer: undefined, next: { ...rest, revision: state.revision + 1 } };
}

/** Tells people what is known of a breaker. */
export function breakerRecord(
  state: BreakerState,
  settings: BreakerSettings,
  nowMs: number,
): BreakerRecord {
  if (state.phase === 'closed') {
    return { state: 'closed', ...totals(rolledTo(state.counts, windowIdAt(settings, nowMs))) };
  }
  const { sinceMs: openSinceMs, untilMs } = state.opening;
  const phase = nowMs < untilMs ? 'open' : 'halfOpen';
  return { state: phase, openSinceMs, untilMs, ...totals(state.counts) };
}

const NO_CHANGE: BreakerChange = { change: 'none' };

function openedBy({ untilMs }: Opening, counts: CallCounts): BreakerChange {
  return { change: 'opened', untilMs, ...totals(counts) };
}

function closedBy({ openSinceMs }: Closing): BreakerChange {
  return { change: 'closed', openSinceMs };
}

function totals({ calls, faults, previousCalls, previousFaults }: CallCounts) {
  return { calls: calls + previousCalls, faults: faults + previousFaults };
}

function isDue(counts: CallCounts, { minimumFaults, faultRate }: BreakerSettings): boolean {
  const { calls, faults } = totals(counts);
  return faults >= minimumFaults && faults >= faultRate * calls;
}

/** @returns until when no probe may be made; a time that has passed when one may. */
function closedUntilMs({ opening, probe }: OpenBreaker, nowMs: number): number {
  if (nowMs < opening.untilMs || probe === undefined) return opening.untilMs;

  // Its worker probably tells long before the lease ends, so look again sooner.
  return Math.min(probe.untilMs, nowMs + opening.coolDownMs);
}

/** A breaker that closed only a moment ago goes on doubling: the provider is not well yet. */
function firstCoolDownMs(
  { opening, closing }: BreakerState,
  settings: BreakerSettings,
  nowMs: number,
): number {
  const soon =
    opening !== undefined && closing !== undefined && nowMs < closing.atMs + 2 * opening.coolDownMs;
  return soon
    ? doubledMs(opening.coolDownMs, settings)
    : Math.min(settings.coolDownMs, settings.longestCoolDownMs);
}

function doubledMs(coolDownMs: number, { longestCoolDownMs }: BreakerSettings): number {
  return Math.min(2 * coolDownMs, longestCoolDownMs);
}
