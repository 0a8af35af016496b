import fc from 'fast-check';
import type { Batch } from '../../../lambdas/core/batch/batch';
import type { BatchWithSubmissions } from '../../../lambdas/core/batch/batch-books';
import { readCounts } from '../../../lambdas/core/guard/read-counts';
import type { Submission } from '../../../lambdas/core/submission/submission';
import type { TallyKind } from '../../../lambdas/core/tally/tally';
import {
  aBatch,
  anAcceptedSubmission,
  anInDoubtSubmission,
  aSplitSubmission,
} from '../../support/builders/batches';
import { InMemoryTallies } from '../../support/fakes/in-memory-tallies';

const NOW_MS = Date.parse('2026-12-01T12:00:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const campaign = { accountId: 'acme', campaignId: 'spring-sale' };

/** A campaign with some books and tallies. */
class Stage {
  readonly tallies = new InMemoryTallies();
  readonly batches: BatchWithSubmissions[] = [];
  readAtOnce = 0;
  private reading = 0;

  batch(batch: Partial<Batch>, ...submissions: readonly Submission[]): this {
    this.batches.push({ batch: aBatch(batch), submissions });
    return this;
  }

  async tally(kind: TallyKind, positions: readonly number[], batchId = '000001'): Promise<void> {
    const batch = { ...campaign, batchId };
    await this.tallies.add({ batch, kind, positions: new Set(positions) });
  }

  read(armedSinceMs = 0, nowMs = NOW_MS) {
    const { batches } = this;
    const books = {
      async *read() {
        await Promise.resolve();
        yield* batches;
      },
    };
    const tallies: Pick<InMemoryTallies, 'readBatch'> = {
      readBatch: async (batch) => {
        this.reading += 1;
        this.readAtOnce = Math.max(this.readAtOnce, this.reading);
        const found = await this.tallies.readBatch(batch);
        this.reading -= 1;
        return found;
      },
    };
    return readCounts({ books, tallies }, campaign, { nowMs, armedSinceMs });
  }
}

const ago = (ms: number) => anAcceptedSubmission({ atMs: NOW_MS - ms });

it('counts nobody in a campaign that has not begun', async () => {
  const { counts, audience } = await new Stage().read();

  expect(audience).toBe(0);
  expect(counts.bounce.long).toEqual({ events: 0, of: 0 });
});

it('counts bounced of the accepted, and complained of the delivered', async () => {
  const stage = new Stage().batch({}, ago(MINUTE_MS));
  await stage.tally('delivered', [0, 1, 3]);
  await stage.tally('bounced', [2, 3]);
  await stage.tally('complained', [0, 2, 3]);

  const { counts } = await stage.read();

  expect(counts).toEqual({
    bounce: { short: { events: 2, of: 4 }, long: { events: 2, of: 4 } },
    // Whoever bounced after a delivery was not delivered, as in the report.
    complaint: { short: { events: 1, of: 2 }, long: { events: 1, of: 2 } },
  });
});

it.each([
  [HOUR_MS - 1, { short: 4, long: 4 }],
  [HOUR_MS, { short: 0, long: 4 }],
  [24 * HOUR_MS - 1, { short: 0, long: 4 }],
  [24 * HOUR_MS, { short: 0, long: 0 }],
])('lets recipients leave a window by the time of their acceptance, %i ms ago', async (ms, of) => {
  const stage = new Stage().batch({}, ago(ms));
  await stage.tally('bounced', [1]);

  const { short, long } = (await stage.read()).counts.bounce;

  expect([short.of, long.of]).toEqual([of.short, of.long]);
  expect([short.events, long.events]).toEqual(
    [of.short, of.long].map((count) => Math.min(1, count)),
  );
});

it('counts nobody who was accepted before it was armed', async () => {
  const stage = new Stage()
    .batch({ batchId: '1' }, ago(20 * MINUTE_MS))
    .batch({ batchId: '2' }, ago(10 * MINUTE_MS));
  await stage.tally('bounced', [0, 1, 2], '1');
  await stage.tally('bounced', [0], '2');

  const { counts } = await stage.read(NOW_MS - 20 * MINUTE_MS);

  expect(counts.bounce.short).toEqual({ events: 1, of: 4 });
});

it('counts a position by the submission that answers for it, and leaves out who is not accepted', async () => {
  const stage = new Stage().batch(
    { audience: 6, invalid: new Set([5]) },
    aSplitSubmission({ range: { from: 0, to: 6 }, at: 3 }),
    anAcceptedSubmission({
      ...{ path: '/0', range: { from: 0, to: 3 }, atMs: NOW_MS - 2 * HOUR_MS },
      suppressed: new Set([1]),
    }),
    anInDoubtSubmission({ path: '/1', range: { from: 3, to: 6 }, atMs: NOW_MS }),
  );
  await stage.tally('bounced', [0, 1, 3, 5]);

  const { counts, recipients, audience } = await stage.read();

  expect(counts.bounce).toEqual({ short: { events: 0, of: 0 }, long: { events: 1, of: 2 } });
  expect({ audience, ...recipients }).toMatchObject({
    ...{ audience: 6, accepted: 2, suppressed: 1, inDoubt: 2, invalid: 1, pending: 0 },
  });
});

it('reads the tallies of some batches at once, and of those outside the windows not at all', async () => {
  const stage = new Stage();
  for (let index = 0; index < 100; index += 1) stage.batch({ batchId: `young-${index}` }, ago(1));
  stage.batch({ batchId: 'old' }, ago(25 * HOUR_MS));
  await stage.tally('bounced', [0], 'old');
  await stage.tally('bounced', [0], 'young-99');

  const { counts, audience } = await stage.read();

  expect(counts.bounce.long).toEqual({ events: 1, of: 400 });
  expect(audience).toBe(404);
  expect(stage.readAtOnce).toBe(32);
});

const positions = fc.uniqueArray(fc.nat(3));
const ages = fc.array(fc.integer({ min: 0, max: 30 * 60 }), { maxLength: 6 });

it('comes to shares of people: never more events than people, never a window in another', async () => {
  await fc.assert(
    fc.asyncProperty(ages, positions, positions, positions, async (minutes, ...sets) => {
      const stage = new Stage();
      for (const [index, age] of minutes.entries()) {
        stage.batch({ batchId: String(index) }, ago(age * MINUTE_MS));
        for (const [at, kind] of (['delivered', 'bounced', 'complained'] as const).entries()) {
          const some = sets[at] ?? [];
          if (some.length > 0) await stage.tally(kind, some, String(index));
        }
      }

      const { counts, recipients } = await stage.read();

      for (const { short, long } of Object.values(counts)) {
        for (const { events, of } of [short, long]) expect(events).toBeLessThanOrEqual(of);
        expect(short.of).toBeLessThanOrEqual(long.of);
        expect(long.of).toBeLessThanOrEqual(recipients.accepted);
      }
    }),
  );
});
