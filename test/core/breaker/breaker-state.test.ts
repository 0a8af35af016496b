import {
  admitted,
  breakerRecord,
  counted,
  givenBack,
  openWhereDue,
  rolledTo,
  settled,
  UNUSED_BREAKER,
  windowIdAt,
  type BreakerState,
  type CallCounts,
  type ClosedBreaker,
  type OpenBreaker,
} from '../../../lambdas/core/breaker/breaker-state';

const settings = {
  windowMs: 60_000,
  minimumFaults: 5,
  faultRate: 0.5,
  coolDownMs: 30_000,
  longestCoolDownMs: 100_000,
};

const counts: CallCounts = {
  windowId: 7,
  calls: 4,
  faults: 2,
  previousCalls: 6,
  previousFaults: 3,
};
const opening = { token: 'opener', sinceMs: 1_000, untilMs: 31_000, coolDownMs: 30_000 };
const closing = { token: 'closer', atMs: 40_000, openSinceMs: 1_000 };

const aClosedBreaker = (given: Partial<ClosedBreaker> = {}): ClosedBreaker => ({
  phase: 'closed',
  revision: 3,
  counts,
  ...given,
});
const anOpenBreaker = (given: Partial<OpenBreaker> = {}): OpenBreaker => ({
  phase: 'open',
  revision: 3,
  counts,
  opening,
  ...given,
});
const aProbe = { token: 'mine', untilMs: 60_000 };
const NO_CHANGE = { answer: { change: 'none' } };

describe('the window', () => {
  it.each([
    [0, 0],
    [29_999, 0],
    [30_000, 1],
    [60_000, 2],
  ])('has the time %i in its half %i', (nowMs, id) => {
    expect(windowIdAt(settings, nowMs)).toBe(id);
  });

  it.each([6, 7])('keeps its counts for half %i', (windowId) => {
    expect(rolledTo(counts, windowId)).toBe(counts);
  });

  it('keeps the last half as the previous one', () => {
    expect(rolledTo(counts, 8)).toEqual({
      windowId: 8,
      calls: 0,
      faults: 0,
      previousCalls: 4,
      previousFaults: 2,
    });
  });

  it('forgets both halves when they are past', () => {
    expect(rolledTo(counts, 9)).toEqual({
      windowId: 9,
      calls: 0,
      faults: 0,
      previousCalls: 0,
      previousFaults: 0,
    });
  });

  it.each([
    ['answered', 5, 2],
    ['fault', 5, 3],
  ] as const)('counts a call that was %s', (result, calls, faults) => {
    expect(counted(counts, result)).toEqual({ ...counts, calls, faults });
  });
});

describe('opening', () => {
  const open = (state: BreakerState, nowMs = 100_000) =>
    openWhereDue(state, settings, nowMs, 'mine');

  it('needs exactly the fewest faults and their share', () => {
    const state = aClosedBreaker();

    expect(open(state)).toEqual({
      answer: { change: 'opened', untilMs: 130_000, calls: 10, faults: 5 },
      next: {
        ...state,
        phase: 'open',
        revision: 4,
        opening: { token: 'mine', sinceMs: 100_000, untilMs: 130_000, coolDownMs: 30_000 },
      },
    });
  });

  it.each([
    ['one fault too few, and no other call', { ...counts, calls: 1, faults: 1, previousCalls: 3 }],
    ['one call too many for the share', { ...counts, calls: 5 }],
    ['nothing', UNUSED_BREAKER.counts],
  ])('does not happen with %s', (_what, given) => {
    expect(open(aClosedBreaker({ counts: given }))).toEqual(NO_CHANGE);
  });

  it('does not happen where another worker opened', () => {
    expect(open(anOpenBreaker())).toEqual(NO_CHANGE);
  });

  it('knows its own write again, even after the breaker closed', () => {
    const own = { ...opening, token: 'mine' };
    const answer = { change: 'opened', untilMs: 31_000, calls: 10, faults: 5 };

    expect(open(anOpenBreaker({ opening: own }))).toEqual({ answer });
    expect(open(aClosedBreaker({ opening: own, closing }))).toEqual({ answer });
  });

  it.each([
    [99_999, 60_000],
    [100_000, 30_000],
  ])('at %i, after closing at 40,000, lasts %i ms', (nowMs, coolDownMs) => {
    const { next } = open(aClosedBreaker({ opening, closing }), nowMs);

    expect(next?.opening?.coolDownMs).toBe(coolDownMs);
    expect(next?.opening?.untilMs).toBe(nowMs + coolDownMs);
  });

  it('never lasts longer than the longest cool-down', () => {
    const soon = aClosedBreaker({ opening: { ...opening, coolDownMs: 60_000 }, closing });
    expect(open(soon).next?.opening?.coolDownMs).toBe(100_000);

    const short = { ...settings, longestCoolDownMs: 5_000 };
    expect(openWhereDue(aClosedBreaker(), short, 0, 'mine').next?.opening?.coolDownMs).toBe(5_000);
  });

  it('starts anew where an opening is known but no closing', () => {
    expect(open(aClosedBreaker({ opening }), 50_000).next?.opening?.coolDownMs).toBe(30_000);
  });
});

describe('admission', () => {
  const OPEN = (untilMs: number) => ({
    answer: { admission: 'open', untilMs, openSinceMs: 1_000 },
  });
  const MINE = { admission: 'probe', probeToken: 'mine' };

  it('is free while closed', () => {
    expect(admitted(aClosedBreaker(), aProbe, 0)).toEqual({ answer: { admission: 'closed' } });
  });

  it('waits for the cool-down to the millisecond', () => {
    const state = anOpenBreaker();

    expect(admitted(state, aProbe, 30_999)).toEqual(OPEN(31_000));
    expect(admitted(state, aProbe, 31_000)).toEqual({
      answer: MINE,
      next: { ...state, revision: 4, probe: aProbe },
    });
  });

  it('waits for the probe of another worker until its lease ends', () => {
    const state = anOpenBreaker({ probe: { token: 'other', untilMs: 50_000 } });

    expect(admitted(state, aProbe, 49_999)).toEqual(OPEN(50_000));
    expect(admitted(state, aProbe, 50_000)).toEqual({
      answer: MINE,
      next: { ...state, revision: 4, probe: aProbe },
    });
  });

  it('looks again after a cool-down when a lease is long', () => {
    const state = anOpenBreaker({ probe: { token: 'other', untilMs: 500_000 } });

    expect(admitted(state, aProbe, 40_000)).toEqual(OPEN(70_000));
  });

  it('waits for the cool-down rather than for a lease of a clock ahead', () => {
    const state = anOpenBreaker({ probe: { token: 'other', untilMs: 20_000 } });

    expect(admitted(state, aProbe, 25_000)).toEqual(OPEN(31_000));
  });

  it('knows its own lease again', () => {
    expect(admitted(anOpenBreaker({ probe: aProbe }), aProbe, 40_000)).toEqual({ answer: MINE });
  });
});

describe('the result of a probe', () => {
  const state = anOpenBreaker({ probe: aProbe, closing });
  const settle = (seen: BreakerState, result: 'answered' | 'fault', atMs = 330_000) =>
    settled(seen, { probeToken: 'mine', result, atMs, token: 'new' }, settings);

  it('closes when it is an answer', () => {
    expect(settle(state, 'answered')).toEqual({
      answer: { change: 'closed', openSinceMs: 1_000 },
      next: {
        phase: 'closed',
        revision: 4,
        counts: { windowId: 11, calls: 0, faults: 0, previousCalls: 0, previousFaults: 0 },
        opening,
        closing: { token: 'new', atMs: 330_000, openSinceMs: 1_000 },
      },
    });
  });

  it('never moves the window back', () => {
    expect(settle(state, 'answered', 60_000).next?.counts.windowId).toBe(7);
  });

  it('doubles the cool-down when it is a fault', () => {
    expect(settle(state, 'fault')).toEqual({
      answer: { change: 'none' },
      next: {
        phase: 'open',
        revision: 4,
        counts,
        closing,
        opening: { ...opening, untilMs: 390_000, coolDownMs: 60_000 },
      },
    });
  });

  it.each([
    ['nobody probes', anOpenBreaker()],
    ['another worker probes', anOpenBreaker({ probe: { ...aProbe, token: 'other' } })],
    ['the breaker closed', aClosedBreaker({ closing })],
  ])('changes nothing where %s', (_what, seen) => {
    expect(settle(seen, 'answered')).toEqual(NO_CHANGE);
    expect(settle(seen, 'fault')).toEqual(NO_CHANGE);
  });

  it('is known again once stored', () => {
    const own = aClosedBreaker({ closing: { ...closing, token: 'new' } });

    expect(settle(own, 'answered')).toEqual({ answer: { change: 'closed', openSinceMs: 1_000 } });
  });
});

describe('giving a probe back', () => {
  it('ends its lease', () => {
    expect(givenBack(anOpenBreaker({ probe: aProbe }), 'mine')).toEqual({
      answer: undefined,
      next: anOpenBreaker({ revision: 4 }),
    });
  });

  it.each([
    ['another worker probes', anOpenBreaker({ probe: { ...aProbe, token: 'other' } })],
    ['nobody probes', anOpenBreaker()],
    ['the breaker is closed', aClosedBreaker()],
  ])('changes nothing where %s', (_what, state) => {
    expect(givenBack(state, 'mine')).toEqual({ answer: undefined });
  });
});

it.each([
  ['closed', aClosedBreaker(), 210_000, { state: 'closed', calls: 10, faults: 5 }],
  [
    'closed, half a window later',
    aClosedBreaker(),
    240_000,
    { state: 'closed', calls: 4, faults: 2 },
  ],
  [
    'open',
    anOpenBreaker(),
    30_999,
    { state: 'open', openSinceMs: 1_000, untilMs: 31_000, calls: 10, faults: 5 },
  ],
  [
    'half open',
    anOpenBreaker(),
    31_000,
    { state: 'halfOpen', openSinceMs: 1_000, untilMs: 31_000, calls: 10, faults: 5 },
  ],
] as const)('tells people of a breaker that is %s', (_what, state, nowMs, record) => {
  expect(breakerRecord(state, settings, nowMs)).toEqual(record);
});
