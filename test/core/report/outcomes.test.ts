import * as fc from 'fast-check';
import { addOutcomes, NO_OUTCOMES, outcomesOf } from '../../../lambdas/core/report/outcomes';
import { TALLY_KINDS, type Tally, type TallyKind } from '../../../lambdas/core/tally/tally';

const batch = { accountId: 'acme', campaignId: 'spring', batchId: '000001' };
const tallies = (sets: Partial<Record<TallyKind, number[]>>): Tally[] =>
  Object.entries(sets).map(([kind, positions]) => ({
    batch,
    kind: kind as TallyKind,
    positions: new Set(positions),
  }));

describe('outcomesOf', () => {
  it('counts nobody where nothing is tallied', () => {
    expect(outcomesOf([])).toEqual(NO_OUTCOMES);
  });

  it('counts a recipient who bounced after the delivery as bounced only', () => {
    const { outcomes } = outcomesOf(tallies({ delivered: [0, 1], bounced: [1] }));

    expect(outcomes).toMatchObject({ delivered: 1, bounced: 1 });
  });

  it('counts a recipient who failed and bounced as bounced only', () => {
    const { outcomes } = outcomesOf(tallies({ failed: [0, 1], bounced: [1] }));

    expect(outcomes).toMatchObject({ failed: 1, bounced: 1 });
  });

  it('counts a recipient who was delivered as delivered, whatever else failed without a bounce', () => {
    const { outcomes } = outcomesOf(tallies({ delivered: [0, 1], failed: [1, 2] }));

    expect(outcomes).toMatchObject({ delivered: 2, failed: 1 });
  });

  it('counts a deferral only while nothing ended it', () => {
    const { outcomes } = outcomesOf(
      tallies({ deferred: [0, 1, 2, 3], delivered: [0], bounced: [1], failed: [2] }),
    );

    expect(outcomes).toMatchObject({ deferred: 1, delivered: 1, bounced: 1, failed: 1 });
  });

  it('relates engagement to the delivered only', () => {
    const sums = outcomesOf(
      tallies({
        delivered: [0, 1],
        bounced: [1],
        opened: [0, 1, 7],
        machineOpened: [1],
        clicked: [0],
        complained: [0, 1],
      }),
    );

    expect(sums.outcomes).toMatchObject({ opened: 3, machineOpened: 1, clicked: 1, complained: 2 });
    expect(sums.amongDelivered).toEqual({ opened: 1, machineOpened: 0, clicked: 1, complained: 1 });
  });

  it('is the same for every order of the tallies', () => {
    fc.assert(
      fc.property(batchTallies(), fc.infiniteStream(fc.nat()), (sets, random) => {
        const shuffled = sets
          .map((tally) => ({ tally, rank: random.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ tally }) => tally);

        expect(outcomesOf(shuffled)).toEqual(outcomesOf(sets));
      }),
    );
  });

  it('puts everyone who reached anything of delivery into exactly one outcome', () => {
    fc.assert(
      fc.property(batchTallies(), (sets) => {
        const { delivered, bounced, failed, deferred } = outcomesOf(sets).outcomes;
        const delivery = new Set(['delivered', 'bounced', 'failed', 'deferred']);
        const everyone = new Set(
          sets.filter(({ kind }) => delivery.has(kind)).flatMap(({ positions }) => [...positions]),
        );

        expect(delivered + bounced + failed + deferred).toBe(everyone.size);
      }),
    );
  });
});

describe('addOutcomes', () => {
  it('adds counts, and nothing to nothing', () => {
    const one = outcomesOf(tallies({ delivered: [0, 1], opened: [0] }));

    expect(addOutcomes(NO_OUTCOMES, one)).toEqual(one);
    expect(addOutcomes(one, one)).toMatchObject({
      outcomes: { delivered: 4, opened: 2 },
      amongDelivered: { opened: 2 },
    });
  });
});

function batchTallies() {
  const positions = fc.uniqueArray(fc.nat(20), { minLength: 1 }).map((list) => new Set(list));
  return fc
    .uniqueArray(fc.constantFrom(...TALLY_KINDS))
    .chain((kinds) =>
      fc.tuple(
        ...kinds.map((kind) =>
          fc.record({ batch: fc.constant(batch), kind: fc.constant(kind), positions }),
        ),
      ),
    );
}
