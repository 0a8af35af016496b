import fc from 'fast-check';
import { judge } from '../../../lambdas/core/guard/judgement';
import {
  GUARD_KINDS,
  GUARD_WINDOWS,
  type GuardKind,
  type GuardWindow,
} from '../../../lambdas/core/guard/limits';
import { defaultGuard, someCounts } from '../../support/builders/guard';

type Case = [name: `${GuardKind} ${GuardWindow}`, events: number, of: number, level: string];

it.each<Case>([
  ['bounce short', 19, 200, 'none'],
  ['bounce short', 20, 199, 'none'],
  ['bounce short', 20, 200, 'pause'],
  ['bounce short', 20, 400, 'warn'],
  ['bounce short', 20, 401, 'none'],
  ['bounce short', 199, 2_000, 'warn'],
  ['bounce short', 200, 2_000, 'pause'],
  ['bounce long', 49, 980, 'none'],
  ['bounce long', 49, 1_000, 'none'],
  ['bounce long', 50, 1_000, 'pause'],
  ['bounce long', 50, 2_000, 'warn'],
  ['bounce long', 50, 2_001, 'none'],
  ['complaint short', 4, 200, 'none'],
  ['complaint short', 5, 199, 'none'],
  ['complaint short', 5, 500, 'pause'],
  ['complaint short', 5, 1_000, 'warn'],
  ['complaint short', 5, 1_001, 'none'],
  ['complaint long', 9, 1_000, 'none'],
  ['complaint long', 10, 10_000, 'warn'],
  ['complaint long', 10, 10_001, 'none'],
  ['complaint long', 30, 10_000, 'pause'],
])('%s: %i of %i is %s', (name, events, of, level) => {
  const { level: judged, finding } = judge(someCounts({ [name]: [events, of] }), defaultGuard, []);

  expect(judged).toBe(level);
  const [kind, window] = name.split(' ') as [GuardKind, GuardWindow];
  const expected = { kind, window, events, of, rate: events / of, level };
  expect(finding).toEqual(
    level === 'none'
      ? undefined
      : { ...expected, limit: defaultGuard[kind][window][level as 'warn' | 'pause'] },
  );
});

it('finds nothing in one complaint of thirteen, nor in nobody', () => {
  const one = { 'complaint short': [1, 13], 'complaint long': [1, 13] } as const;

  expect(judge(someCounts(one), defaultGuard, [])).toEqual({
    ...{ level: 'none', finding: undefined, warnings: [] },
  });
  expect(judge(someCounts({}), defaultGuard, []).level).toBe('none');
});

it('names what is furthest above its limit, a pause before any warning', () => {
  const counts = someCounts({
    'bounce short': [99, 1_000], // just below twice its warning limit
    'bounce long': [30, 1_000],
    'complaint long': [30, 10_000], // just at its pause limit
  });

  expect(judge(counts, defaultGuard, []).finding).toMatchObject({
    ...{ level: 'pause', kind: 'complaint', window: 'long' },
  });
  const warned = judge(
    someCounts({ 'bounce short': [60, 1_000], 'bounce long': [60, 1_300] }),
    defaultGuard,
    [],
  );
  expect(warned.finding).toMatchObject({ level: 'warn', window: 'long' });
});

it('warns of each kind once, by what weighs most', () => {
  const counts = someCounts({
    'bounce short': [60, 1_000],
    'bounce long': [60, 1_300],
    'complaint long': [20, 10_000],
  });

  const { warnings } = judge(counts, defaultGuard, []);

  expect(warnings.map(({ kind, window }) => [kind, window])).toEqual([
    ['bounce', 'long'],
    ['complaint', 'long'],
  ]);
});

it.each([
  [50, true],
  [40, true],
  [39, false],
])('keeps a warning until its rate is well below the limit: %i of 1,000', (events, stands) => {
  const counts = someCounts({ 'bounce short': [events, 1_000] });

  const { warnings } = judge(counts, defaultGuard, ['bounce']);

  expect(warnings.map(({ kind }) => kind)).toEqual(stands ? ['bounce'] : []);
});

it('begins no warning below the limit, and ends one when there is too little to go by', () => {
  expect(judge(someCounts({ 'bounce short': [49, 1_000] }), defaultGuard, []).warnings).toEqual([]);
  expect(
    judge(someCounts({ 'bounce short': [19, 200] }), defaultGuard, ['bounce']).warnings,
  ).toEqual([]);
});

it('only warns where it is not enabled', () => {
  const counts = someCounts({ 'bounce short': [500, 1_000] });

  const { level, finding } = judge(counts, { ...defaultGuard, enabled: false }, []);

  expect(level).toBe('warn');
  expect(finding).toMatchObject({ level: 'warn', limit: 0.05 });
});

const share = fc
  .tuple(fc.nat(2_000), fc.nat(20_000))
  .map(([events, more]): [number, number] => [events, events + more]);
const counts = fc
  .record({
    'bounce short': share,
    'bounce long': share,
    'complaint short': share,
    'complaint long': share,
  })
  .map(someCounts);
const warned = fc.subarray([...GUARD_KINDS]);

it('never finds anything below a floor', () => {
  fc.assert(
    fc.property(counts, warned, (some, before) => {
      const { finding, warnings } = judge(some, defaultGuard, before);

      for (const { kind, window, events, of } of [...warnings, ...(finding ? [finding] : [])]) {
        const limit = defaultGuard[kind][window];
        expect(events).toBeGreaterThanOrEqual(limit.minimumEvents);
        expect(of).toBeGreaterThanOrEqual(limit.minimumRecipients);
      }
    }),
  );
});

it('pauses exactly where some window is over its limit and its floors', () => {
  fc.assert(
    fc.property(counts, warned, (some, before) => {
      const isOver = GUARD_KINDS.some((kind) =>
        GUARD_WINDOWS.some((window) => {
          const { events, of } = some[kind][window];
          const { pause, minimumEvents, minimumRecipients } = defaultGuard[kind][window];
          return events >= minimumEvents && of >= minimumRecipients && events >= pause * of;
        }),
      );

      expect(judge(some, defaultGuard, before).level === 'pause').toBe(isOver);
    }),
  );
});

it('never gets milder with more bounces or complaints', () => {
  const levels = ['none', 'warn', 'pause'];
  fc.assert(
    fc.property(
      fc.constantFrom(...GUARD_KINDS),
      fc.constantFrom(...GUARD_WINDOWS),
      fc.integer({ min: 1, max: 5_000 }),
      fc.nat(5_000),
      (kind, window, of, events) => {
        const levelOf = (count: number) =>
          levels.indexOf(
            judge(
              someCounts({ [`${kind} ${window}`]: [Math.min(of, count), of] }),
              defaultGuard,
              [],
            ).level,
          );

        expect(levelOf(events + 1)).toBeGreaterThanOrEqual(levelOf(events));
      },
    ),
  );
});
