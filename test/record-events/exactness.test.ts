import fc from 'fast-check';
import type { JsonObject } from '../../lambdas/core/json';
import { readReport } from '../../lambdas/core/report/read-report';
import { groundsAgainst } from '../../lambdas/core/suppression/suppression-record';
import { aBatch, anAcceptedSubmission } from '../support/builders/batches';
import { InMemoryControls } from '../support/fakes/in-memory-controls';
import { InMemoryFigures } from '../support/fakes/in-memory-figures';
import { ADDRESSES, aRecord, aRecorder, NOW_MS, ourEvent, theSubmission } from './a-recorder';

const DELIVERED_AT = 1770146431;
const failed = (fields: JsonObject): JsonObject =>
  ourEvent({ event: 'failed', severity: 'permanent', ...fields });

/** Everything that may happen to one recipient, by a name for it, one a second from the last to the first. */
const HAPPENINGS = oneASecond({
  deferred: ourEvent({ event: 'failed', severity: 'temporary', reason: 'greylisted' }),
  delivered: ourEvent(),
  bounced: failed({ reason: 'bounce', 'delivery-status': { 'enhanced-code': '5.1.1' } }),
  blocked: failed({ reason: 'espblock', 'delivery-status': { code: 550 } }),
  listed: failed({ reason: 'suppress-unsubscribe', tags: ['spring'] }),
  opened: ourEvent({ event: 'opened', 'delivered-at': DELIVERED_AT - 60 }),
  openedByMachine: ourEvent({ event: 'opened', 'client-info': { bot: 'apple' } }),
  openedTooSoon: ourEvent({ event: 'opened', 'delivered-at': DELIVERED_AT - 9 }),
  clicked: ourEvent({ event: 'clicked', url: 'https://example.com/' }),
  clickedByMachine: ourEvent({ event: 'clicked', 'client-info': { bot: 'generic' } }),
  complained: ourEvent({ event: 'complained' }),
  unsubscribed: ourEvent({ event: 'unsubscribed', tags: ['*'] }),
  unsubscribedFromTag: ourEvent({ event: 'unsubscribed', tags: ['News'] }),
  unknown: ourEvent({ event: 'levitated' }),
});

function oneASecond(events: Readonly<Record<string, JsonObject>>): typeof events {
  const timed = Object.entries(events).map(([name, event], index) => [
    name,
    { ...event, timestamp: DELIVERED_AT - 1 - index },
  ]);
  return Object.fromEntries(timed) as typeof events;
}

/** A campaign of ten of which this batch is all, and every number that depends on its events. */
async function comesTo(invocations: readonly (readonly ReturnType<typeof aRecord>[])[]) {
  const recorder = await aRecorder();
  for (const records of invocations) expect(await recorder.recordEvents(records)).toEqual([]);

  const { tallies, suppressions } = recorder;
  const batch = { batch: aBatch({ audience: 3 }), submissions: [anAcceptedSubmission()] };
  const books = {
    async *read() {
      yield await Promise.resolve(batch);
    },
  };
  const report = await readReport(
    {
      ...{ books, tallies, controls: new InMemoryControls(), figures: new InMemoryFigures() },
      ...{ clock: () => NOW_MS, newToken: () => 'token' },
    },
    theSubmission,
    { fresh: false },
  );
  const whole = [...suppressions.records].map(([name, record]) => [
    ...[name, JSON.stringify(groundsAgainst(record))],
    JSON.stringify(suppressions.entries.get(name)),
  ]);
  return { tallies: tallies.sets, report, suppressed: whole.sort() };
}

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length < 2) yield items;
  for (const [index, first] of items.entries()) {
    if (items.length < 2) return;
    const rest = [...items.slice(0, index), ...items.slice(index + 1)];
    for (const others of permutations(rest)) yield [first, ...others];
  }
}

const record = (name: string) => aRecord(HAPPENINGS[name]!);

it.each([
  [
    'what befalls a reader',
    ['deferred', 'delivered', 'opened', 'clicked', 'complained', 'unsubscribed'],
  ],
  [
    'a bounce after a delivery',
    ['deferred', 'delivered', 'bounced', 'opened', 'blocked', 'listed'],
  ],
  [
    'machines and people',
    ['delivered', 'opened', 'openedByMachine', 'openedTooSoon', 'clicked', 'clickedByMachine'],
  ],
  [
    'ways to be suppressed',
    ['bounced', 'listed', 'complained', 'unsubscribed', 'unsubscribedFromTag', 'unknown'],
  ],
])('all 720 orders of six events come to the same: %s', async (_what, names) => {
  const records = names.map(record);
  const expected = await comesTo([records]);
  let orders = 0;

  for (const order of permutations(records)) {
    orders += 1;
    // One an invocation, so that the order is that of the writes.
    const actual = await comesTo(order.map((one) => [one]));
    if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toEqual(expected);
  }

  expect(orders).toBe(720);
  expect(Object.keys(expected.tallies).length).toBeGreaterThan(2);
});

it('any order, duplication, new signature and division into invocations comes to the same', async () => {
  const happening = fc.record({
    name: fc.constantFrom(...Object.keys(HAPPENINGS)),
    recipient: fc.constantFrom(...ADDRESSES),
  });
  const scenario = fc.array(happening, { minLength: 1, maxLength: 12 }).chain((happenings) =>
    fc.record({
      happenings: fc.constant(happenings),
      order: fc.shuffledSubarray(
        happenings.flatMap((_unused, index) => [index, index, index]),
        { minLength: happenings.length * 3 },
      ),
      resigned: fc.array(fc.boolean(), { minLength: 36, maxLength: 36 }),
      size: fc.integer({ min: 1, max: 12 }),
    }),
  );

  await fc.assert(
    fc.asyncProperty(scenario, async ({ happenings, order, resigned, size }) => {
      const events = happenings.map(({ name, recipient }) => ({ ...HAPPENINGS[name], recipient }));
      const once = events.map((event) => aRecord(event));
      const again = order.map((index, at) =>
        resigned[at] ? aRecord(events[index]!) : once[index]!,
      );
      const divided = again.flatMap((_unused, at) =>
        at % size === 0 ? [again.slice(at, at + size)] : [],
      );

      expect(await comesTo(divided)).toEqual(await comesTo([once]));
    }),
    { numRuns: 150 },
  );
});

it.each(['opened', 'clicked', 'unsubscribed', 'delivered', 'complained', 'failed'])(
  "the dashboard's sample of %s touches no campaign, also one that happens to have its address",
  async (event) => {
    const { recordEvents, tallies, suppressions, acceptance, events, notifier } = await aRecorder();
    // Fixed ids, times of 2018, a fresh signature; a click without a url.
    const sample = (id: string): JsonObject => ({
      ...{ event, id, timestamp: 1521472262.908181, recipient: 'ada@example.com' },
      ...{ severity: 'permanent', reason: 'bounce', 'delivery-status': { code: 550 } },
      ...{ 'user-variables': { my_var_1: 'Mailgun Variable #1', 'my-var-2': 'awesome' } },
      message: { headers: { 'message-id': '20130503182626.18666.16540@mg.example.com' } },
      tags: ['my_tag_1', 'my_tag_2'],
    });

    const failedRecords = await recordEvents([
      aRecord(sample('Ase7i2zsRYeDXztHGENqRA')),
      aRecord(sample('Ase7i2zsRYeDXztHGENqRA')),
    ]);

    expect(failedRecords).toEqual([]);
    expect([...events.rows.values()].map(({ owner }) => owner.kind)).toEqual([
      'foreign',
      'foreign',
    ]);
    expect([tallies.sets, suppressions.entries.size]).toEqual([{}, 0]);
    expect([acceptance.accepted, notifier.notifications]).toEqual([[], []]);
  },
);
