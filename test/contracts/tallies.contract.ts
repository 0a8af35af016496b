import fc from 'fast-check';
import type { BatchKey, CampaignKey } from '../../lambdas/core/campaign/keys';
import { TALLY_KINDS, type Tallies, type Tally } from '../../lambdas/core/tally/tally';

let campaigns = 0;

/** A batch of a campaign that no other test uses. */
const aBatch = (batchId = '000001'): BatchKey => {
  campaigns += 1;
  return { accountId: 'acme', campaignId: `campaign-${campaigns}`, batchId };
};

const sorted = (positions: Iterable<number>) => [...positions].sort((a, b) => a - b);

const setsOf = (tallies: Iterable<Tally>): Record<string, number[]> =>
  Object.fromEntries(
    [...tallies]
      .map(({ batch, kind, positions }) => [`${batch.batchId}/${kind}`, sorted(positions)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

async function collect(tallies: Tallies, campaign: CampaignKey): Promise<Tally[]> {
  const collected: Tally[] = [];
  for (let shard = 0; shard < tallies.shards; shard += 1) {
    for await (const tally of tallies.readShard(campaign, shard)) collected.push(tally);
  }
  return collected;
}

/** What every `Tallies` promises. */
export function describeTallies(name: string, create: () => Promise<Tallies>): void {
  describe(`tallies: ${name}`, () => {
    let tallies: Tallies;

    beforeAll(async () => {
      tallies = await create();
    });

    it('adds positions to what is there', async () => {
      const batch = aBatch();

      await tallies.add({ batch, kind: 'opened', positions: new Set([3, 999]) });
      await tallies.add({ batch, kind: 'opened', positions: new Set([0, 3]) });

      expect(setsOf(await tallies.readBatch(batch))).toEqual({ '000001/opened': [0, 3, 999] });
    });

    it('keeps kinds, batches and campaigns apart', async () => {
      const batch = aBatch('1');
      const sibling = { ...batch, batchId: '10' };
      const stranger = { ...batch, accountId: 'acme-2' };

      await tallies.add({ batch, kind: 'opened', positions: new Set([1]) });
      await tallies.add({ batch, kind: 'machineOpened', positions: new Set([2]) });
      await tallies.add({ batch: sibling, kind: 'opened', positions: new Set([3]) });
      await tallies.add({ batch: stranger, kind: 'opened', positions: new Set([4]) });

      expect(setsOf(await tallies.readBatch(batch))).toEqual({
        '1/machineOpened': [2],
        '1/opened': [1],
      });
      expect(setsOf(await collect(tallies, batch))).toEqual({
        '1/machineOpened': [2],
        '1/opened': [1],
        '10/opened': [3],
      });
    });

    it('knows nothing of a campaign without outcomes', async () => {
      const batch = aBatch();

      expect(await collect(tallies, batch)).toEqual([]);
      expect(await tallies.readBatch(batch)).toEqual([]);
    });

    it('reads the tallies of one batch one after the other', async () => {
      const { accountId, campaignId } = aBatch();
      const batchIds = Array.from({ length: 40 }, (_, index) => String(index));
      for (const kind of ['opened', 'delivered', 'clicked'] as const) {
        for (const batchId of batchIds) {
          await tallies.add({
            batch: { accountId, campaignId, batchId },
            kind,
            positions: new Set([0]),
          });
        }
      }

      const order = (await collect(tallies, { accountId, campaignId })).map(
        ({ batch }) => batch.batchId,
      );

      const groups = order.filter((batchId, index) => batchId !== order[index - 1]);
      expect(groups.sort()).toEqual(batchIds.sort());
    });

    it('reads every batch of a large campaign', async () => {
      const { accountId, campaignId } = aBatch();
      const batchIds = Array.from({ length: 60 }, (_, index) => String(index).padStart(6, '0'));
      const positions = new Set(Array.from({ length: 1000 }, (_, position) => position));

      await Promise.all(
        batchIds.map((batchId) =>
          tallies.add({ batch: { accountId, campaignId, batchId }, kind: 'delivered', positions }),
        ),
      );

      const read = await collect(tallies, { accountId, campaignId });
      expect(read.map(({ batch }) => batch.batchId).sort()).toEqual(batchIds);
      expect(read.every((tally) => tally.positions.size === 1000)).toBe(true);
    });

    it('comes to the same sets in any order and with any repetition', async () => {
      const addition = fc.record({
        kind: fc.constantFrom(...TALLY_KINDS.slice(0, 3)),
        positions: fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 4 }),
      });
      const scenario = fc.array(addition, { minLength: 1, maxLength: 6 }).chain((additions) =>
        fc.record({
          once: fc.constant(additions),
          again: fc.shuffledSubarray([...additions, ...additions], {
            minLength: additions.length * 2,
          }),
        }),
      );

      await fc.assert(
        fc.asyncProperty(scenario, async ({ once, again }) => {
          const [expected, actual] = [aBatch(), aBatch()];
          for (const { kind, positions } of once) {
            await tallies.add({ batch: expected, kind, positions: new Set(positions) });
          }
          await Promise.all(
            again.map(({ kind, positions }) =>
              tallies.add({ batch: actual, kind, positions: new Set(positions) }),
            ),
          );

          expect(setsOf(await tallies.readBatch(actual))).toEqual(
            setsOf(await tallies.readBatch(expected)),
          );
        }),
        { numRuns: 20 },
      );
    });
  });
}
