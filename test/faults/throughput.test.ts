import { eventKey, tallyKey } from '../../lambdas/adapters/dynamodb/keys';
import type { EventOwner, RecordedEvent } from '../../lambdas/core/delivery-event/event-store';
import { TransientError } from '../../lambdas/core/errors';
import { correlationVariables } from '../../lambdas/core/submission/correlation';
import type { Tally } from '../../lambdas/core/tally/tally';
import { createRecordEvents } from '../../lambdas/record-events/record-events';
import { aRecord, aRecorder, PEPPER, recordOf } from '../record-events/a-recorder';
import { anEventData } from '../support/builders/webhooks';
import { report } from '../support/fault-harness/fault-table';
import { MeteredTable } from '../support/figures/metered-table';
import { chanceOf, VirtualTime } from '../support/figures/virtual-time';

const EVENTS_A_SECOND = 5_375;
const BATCHES = 100;
const RECIPIENTS = 1_000;
const START_MS = 1_770_146_432_000;
const KINDS = ['delivered', 'delivered', 'opened', 'delivered', 'clicked'] as const;
/** As the event source mapping is configured. */
const MAPPING = { batchSize: 1_000, windowMs: 5_000, visibilityMs: 365_000 };
const LATENCY_MS = 10;
/** The SDK's tries at one request, and the first wait between them. */
const SDK = { tries: 3, baseMs: 50 };

interface Waiting {
  readonly record: ReturnType<typeof aRecord>;
  readonly sentAtMs: number;
  visibleAtMs: number;
}

/** Records a burst of events of one campaign on tables that take so many write units a second. */
async function record(seconds: number, concurrency: number, tableUnits: number) {
  const time = new VirtualTime(START_MS);
  const chance = chanceOf(60);
  const eventsTable = new MeteredTable({ table: tableUnits, key: 1_000 });
  const talliesTable = new MeteredTable({ table: tableUnits, key: 1_000 });
  const recorder = await aRecorder();
  const sets = new Map<string, Set<number>>();

  const metered = async (table: MeteredTable, pk: string, units: number) => {
    for (let tries = 1; ; tries += 1) {
      await time.sleep(LATENCY_MS);
      if (table.write(pk, units, time.nowMs)) return;
      if (tries === SDK.tries) throw new TransientError('throttled');
      await time.sleep(chance() * SDK.baseMs * 2 ** tries);
    }
  };
  const recordEvents = createRecordEvents({
    ...recorder,
    clock: () => time.nowMs,
    events: {
      put: async (event: RecordedEvent) => {
        const { submission } = event.owner as Extract<EventOwner, { kind: 'ours' }>;
        await metered(eventsTable, eventKey(submission, event.token).pk, 1);
        return recorder.events.put(event);
      },
    },
    tallies: {
      add: async (tally: Tally) => {
        const { pk, sk } = tallyKey(tally.batch, tally.kind);
        const set = sets.get(`${pk} ${sk}`) ?? new Set<number>();
        sets.set(`${pk} ${sk}`, set);
        await metered(talliesTable, pk, unitsOf(pk, sk));
        for (const position of tally.positions) set.add(position);
      },
      shards: recorder.tallies.shards,
      readShard: (campaign, shard) => recorder.tallies.readShard(campaign, shard),
      readBatch: (batch) => recorder.tallies.readBatch(batch),
    },
  });

  const { queue, expected } = await aBurst(recorder, seconds, chance);
  let oldestMs = 0;
  const worker = async () => {
    while (queue.length > 0) {
      const due = queue.filter(({ visibleAtMs }) => visibleAtMs <= time.nowMs);
      const age = time.nowMs - Math.min(...due.map(({ visibleAtMs }) => visibleAtMs));
      if (due.length < MAPPING.batchSize && !(age >= MAPPING.windowMs)) {
        await time.sleep(100);
        continue;
      }
      const taken = due.slice(0, MAPPING.batchSize);
      const takenSet = new Set(taken);
      const rest = queue.filter((waiting) => !takenSet.has(waiting));
      queue.splice(0, queue.length, ...rest);
      const atMs = time.nowMs;
      const failed = new Set(await recordEvents(taken.map((waiting) => waiting.record)));
      for (const waiting of taken) {
        oldestMs = Math.max(oldestMs, time.nowMs - waiting.sentAtMs);
        if (!failed.has(waiting.record.messageId)) continue;
        queue.push({ ...waiting, visibleAtMs: atMs + MAPPING.visibilityMs });
      }
    }
  };
  await time.run(Array.from({ length: concurrency }, worker));

  const counted = Object.fromEntries(
    [...sets].map(([name, set]) => [name, [...set].sort((a, b) => a - b)]),
  );
  expect(counted).toEqual(expected);
  return {
    eventsTable,
    talliesTable,
    oldestS: oldestMs / 1000,
    overS: (time.nowMs - START_MS) / 1000,
  };
}

/** Events of recipients of a hundred batches that are on their way at the same time. */
async function aBurst(
  { recipients }: Awaited<ReturnType<typeof aRecorder>>,
  seconds: number,
  chance: () => number,
) {
  const addresses = Array.from({ length: RECIPIENTS }, (_unused, at) => `r${at}@example.com`);
  const digests = recordOf(addresses);
  const campaign = { accountId: 'acme', campaignId: 'spring' };
  const submissions = Array.from({ length: BATCHES }, (_unused, at) => ({
    ...{ ...campaign, batchId: String(at).padStart(6, '0'), path: '/' },
  }));
  for (const submission of submissions) await recipients.record(submission, digests);

  const expected: Record<string, number[]> = {};
  const queue: Waiting[] = Array.from({ length: EVENTS_A_SECOND * seconds }, (_unused, index) => {
    const submission = submissions[Math.floor(chance() * BATCHES)]!;
    const position = Math.floor(chance() * RECIPIENTS);
    const event = KINDS[index % KINDS.length]!;
    const { pk, sk } = tallyKey(submission, event);
    (expected[`${pk} ${sk}`] ??= []).push(position);
    const sentAtMs = START_MS + (index * 1_000) / EVENTS_A_SECOND;
    const eventData = anEventData({
      ...{ event, recipient: addresses[position]! },
      'user-variables': correlationVariables(PEPPER, submission),
    });
    return { record: aRecord(eventData), sentAtMs, visibleAtMs: sentAtMs };
  });
  for (const [name, positions] of Object.entries(expected)) {
    expected[name] = [...new Set(positions)].sort((a, b) => a - b);
  }
  return { queue, expected };
}

/**
 * Units of an addition to a set that everybody is in already, the largest there is: a number takes a
 * byte for each two digits, one more, and one of the set.
 */
function unitsOf(pk: string, sk: string): number {
  let bytes = pk.length + sk.length + 40;
  for (let position = 0; position < RECIPIENTS; position += 1)
    bytes += Math.ceil(String(position).length / 2) + 2;
  return Math.ceil(bytes / 1_024);
}

it.each([
  ['tables that are new on demand', 3, 4_000, 400],
  ['tables warmed to 8,000', 3, 8_000, 15],
])(
  'row 60: 5,375 events a second of one campaign on %s',
  async (what, concurrency, units, boundS) => {
    const seconds = 8;

    const { eventsTable, talliesTable, oldestS, overS } = await record(seconds, concurrency, units);

    expect([eventsTable.throttledByKey, talliesTable.throttledByKey]).toEqual([0, 0]);
    expect(eventsTable.peak.table).toBeLessThanOrEqual(units);
    expect(eventsTable.written).toBeGreaterThanOrEqual(EVENTS_A_SECOND * seconds);
    expect(oldestS).toBeLessThan(boundS);
    report({
      row: 60,
      fault: `5,375 events/s for ${seconds} s, ${what}`,
      injections: eventsTable.throttledByTable + talliesTable.throttledByTable,
      outcome:
        `keys throttled 0 (peak ${eventsTable.peak.key} and ${talliesTable.peak.key} of 1,000), ` +
        `tables peak ${eventsTable.peak.table} and ${talliesTable.peak.table}, ` +
        `oldest ${oldestS.toFixed(1)} s, drained after ${overS.toFixed(1)} s, tallies exact`,
    });
  },
);
