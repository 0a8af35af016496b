import { messagesDone } from '../../local/cloud/events/batch-outcome';
import { groundsAgainst } from '../../lambdas/core/suppression/suppression-record';
import { createRecordEvents } from '../../lambdas/record-events/record-events';
import { ADDRESSES, aRecord, aRecorder, NOW_MS, ourEvent } from '../record-events/a-recorder';
import { report } from '../support/fault-harness/fault-table';
import { killAt, type Injector } from '../support/fault-harness/injections';
import { seeded } from '../support/fault-harness/random';
import { SEEDS } from '../support/fault-harness/verdict';
import { MINUTE_MS, World } from '../support/fault-harness/world';

type Recorder = Awaited<ReturnType<typeof aRecorder>>;
type Records = readonly ReturnType<typeof aRecord>[];

const EVENTS = ['delivered', 'opened', 'clicked', 'complained', 'unsubscribed'];

/** So many records about the three recipients, of every kind. */
const records = (count: number): Records =>
  Array.from({ length: count }, (_unused, index) =>
    aRecord(
      ourEvent({
        ...{ event: EVENTS[index % EVENTS.length]!, recipient: ADDRESSES[index % 3]! },
        timestamp: NOW_MS / 1_000 - 60 - (index % 60),
      }),
    ),
  );

/** What recording must come to, however it is disturbed. */
const stateOf = ({ tallies, suppressions, events, watchList, guardRequests }: Recorder) => ({
  tallies: tallies.sets,
  suppressed: [...suppressions.records]
    .map(([name, record]) => `${name} ${JSON.stringify(groundsAgainst(record))}`)
    .sort(),
  rows: events.rows.size,
  watched: watchList.writes > 0,
  guardWoken: guardRequests.puts.length > 0,
});

const undisturbed = async (all: Records) => {
  const recorder = await aRecorder();
  await recorder.recordEvents(all);
  return stateOf(recorder);
};

/** One invocation of the function in virtual time, on ports that may fail it. */
function invoke(world: World, recorder: Recorder, all: Records): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const failed = all.map(({ messageId }) => messageId);
    const invocation = world.fleet.invocationBeside(() => resolve(failed));
    const { events, tallies, suppressions, acceptance, messages, recipients } = recorder;
    const { watchList, guardRequests } = recorder;
    const recordEvents = createRecordEvents({
      ...recorder,
      events: invocation.wrap('events', events),
      tallies: invocation.wrap('tallies', tallies),
      suppressions: invocation.wrap('suppressions', suppressions),
      acceptance: invocation.wrap('acceptance', acceptance),
      watchList: invocation.wrap('watchList', watchList),
      guardRequests: invocation.wrap('guardRequests', guardRequests),
      messages: invocation.wrap('messages', messages),
      recipients: invocation.wrap('recipients', recipients),
      clock: () => NOW_MS,
    });
    recordEvents(all).then(resolve, () => resolve(failed));
  });
}

/** Gives back what was not recorded until nothing is left. */
async function invokeUntilDone(world: World, recorder: Recorder, all: Records): Promise<void> {
  let left = all;
  while (left.length > 0) {
    const failed = new Set(await invoke(world, recorder, left));
    left = left.filter(({ messageId }) => failed.has(messageId));
    if (left.length > 0) await world.scheduler.sleep(MINUTE_MS);
  }
}

it('row 24: one poison record of 1,000 leaves the others recorded once', async () => {
  const recorder = await aRecorder();
  const good = records(999);
  const poison = { messageId: 'poison', body: '{' };

  const failed = await recorder.recordEvents([...good.slice(0, 400), poison, ...good.slice(400)]);

  expect(failed).toEqual([]);
  expect(stateOf(recorder)).toEqual(await undisturbed(good));
  expect(recorder.deadLetters.letters.map(({ code }) => code)).toEqual(['malformed-event']);
  expect(recorder.notifier.notifications.map(({ type }) => type)).toEqual(['event.deadLettered']);
  report({
    row: 24,
    fault: 'a poison record among 1,000',
    injections: 1,
    outcome: '999 recorded once, 1 dead letter, told',
  });
});

it.each([
  [
    25,
    'an answer that names an empty id',
    { result: { batchItemFailures: [{ itemIdentifier: '' }] } },
  ],
  [
    25,
    'an answer that names an unknown id',
    { result: { batchItemFailures: [{ itemIdentifier: 'x' }] } },
  ],
  [25, 'an answer that is no list', { result: { batchItemFailures: 'all' } }],
  [26, 'a function that throws before its answer', { error: new Error('out of memory') }],
])('row %i: %s brings the whole batch back, without another effect', async (row, what, outcome) => {
  const recorder = await aRecorder();
  const all = records(100);
  const ids = all.map(({ messageId }) => messageId);

  await recorder.recordEvents(all);
  const done = messagesDone(ids, outcome, true);
  await recorder.recordEvents(all.filter(({ messageId }) => !done.includes(messageId)));

  expect(done).toEqual([]);
  expect(stateOf(recorder)).toEqual(await undisturbed(all));
  report({ row, fault: what, injections: 1, outcome: 'all 100 redelivered, the same state' });
});

it('row 30: three rows of 100 that are not stored are the three given back', async () => {
  const recorder = await aRecorder();
  const all = Array.from({ length: 100 }, (_unused, index) =>
    aRecord(ourEvent({ recipient: ADDRESSES[index % 3]! }), { token: `row-30-${index}` }),
  );
  recorder.events.failing = new Set(['row-30-1', 'row-30-50', 'row-30-99']);

  const failed = await recorder.recordEvents(all);

  const expected = [1, 50, 99].map((index) => all[index]!.messageId);
  expect([...failed].sort()).toEqual(expected.sort());
  recorder.events.failing.clear();
  expect(
    await recorder.recordEvents(all.filter(({ messageId }) => failed.includes(messageId))),
  ).toEqual([]);
  expect(stateOf(recorder)).toEqual(await undisturbed(all));
  report({
    row: 30,
    fault: 'three rows of 100 not stored',
    injections: 3,
    outcome: 'only they come back',
  });
});

it('row 31: a recorder killed at any await is healed by the redelivery', async () => {
  const all = records(15);
  const expected = await undisturbed(all);
  const run = async (injector: Injector) => {
    const world = new World({ injector });
    const recorder = await aRecorder();
    const done = invokeUntilDone(world, recorder, all);
    await world.run();
    await done;
    return { places: world.fleet.points, state: stateOf(recorder) };
  };
  const { places } = await run(killAt(0));
  let healed = 0;
  for (let place = 1; place <= places; place += 1) {
    const { state } = await run(killAt(place));
    expect(state).toEqual(expected);
    healed += 1;
  }

  report({
    row: 31,
    fault: 'recorder killed at every await',
    injections: places,
    outcome: `${healed} of ${places}: exact after redelivery`,
  });
  expect(places).toBeGreaterThan(30);
});

it.each([
  [1_000, 5],
  [100, SEEDS],
])(
  'row 32: %i records again, in part, and twice at once come to the same',
  async (count, seeds) => {
    const all = records(count);
    const expected = await undisturbed(all);
    let injections = 0;
    for (let seed = 1; seed <= seeds; seed += 1) {
      const random = seeded(seed + 4_000_000);
      let left = 20;
      const world = new World({
        seed,
        injector: ({ side }) => {
          if (left === 0 || random() > 10 / count) return undefined;
          left -= 1;
          if (random() < 0.1) return 'kill';
          return side === 'before' ? 'throttle' : 'loseReply';
        },
      });
      const recorder = await aRecorder();
      const cut = Math.floor(random() * all.length);
      const done = Promise.all([
        invokeUntilDone(world, recorder, all),
        invokeUntilDone(world, recorder, all.slice(cut)),
        invokeUntilDone(world, recorder, all.slice(0, cut)),
      ]);
      await world.run();
      await done;
      const { kill, throttle, loseReply } = world.fleet.casualties;
      injections += kill + throttle + loseReply;
      expect(stateOf(recorder)).toEqual(expected);
    }

    report({
      row: 32,
      fault: `${count} records three times at once (${seeds} seeds)`,
      injections,
      outcome: `${seeds} of ${seeds}: the same tallies, rows and suppressions`,
    });
  },
);
