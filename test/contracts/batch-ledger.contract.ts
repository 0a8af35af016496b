import { randomUUID } from 'node:crypto';
import type { BatchBooks } from '../../lambdas/core/batch/batch-books';
import type { BatchLedger } from '../../lambdas/core/batch/batch-ledger';
import type { AcceptanceEvidence } from '../../lambdas/core/submission/acceptance-evidence';
import { accepted, inDoubt, plannedAgain } from '../../lambdas/core/submission/dispatch';
import {
  aBatchContent,
  aDispatchingSubmission,
  anInDoubtSubmission,
  aPlannedSubmission,
} from '../support/builders/submissions';

const NOW = 1_700_000_000_000;

/** The three views on the records of batches. */
export interface BatchStores {
  readonly ledger: BatchLedger;
  readonly books: BatchBooks;
  readonly evidence: AcceptanceEvidence;
}

const aBatchKey = () => ({ accountId: 'acme', campaignId: randomUUID(), batchId: '000001' });

/** What every implementation keeps. Each test uses keys of its own. */
export function describeBatchStores(name: string, create: () => Promise<BatchStores>): void {
  describe(`records of batches: ${name}`, () => {
    let stores: BatchStores;

    beforeAll(async () => {
      stores = await create();
    });

    const begin = async (key = aBatchKey(), over = {}) => {
      const begun = await stores.ledger.begin(aBatchContent({ key, ...over }), NOW);
      return { key, begun };
    };

    describe('a root', () => {
      it('is created by the first begin', async () => {
        const { begun } = await begin(undefined, { invalid: new Set([1]), audience: 3 });

        expect(begun).toEqual({
          outcome: 'begun',
          batch: {
            batchId: '000001',
            domain: 'mg.example.com',
            audience: 3,
            invalid: new Set([1]),
            duplicate: new Set(),
            state: 'open',
            begunWithoutEnd: 1,
            firstBegunAtMs: NOW,
          },
        });
      });

      it('counts times it was begun, not duplicates, and keeps the first time', async () => {
        const { key } = await begin();

        await stores.ledger.begin(aBatchContent({ key }), NOW + 5);
        const again = await stores.ledger.begin(aBatchContent({ key }), NOW + 120_000);

        expect(again).toMatchObject({
          outcome: 'begun',
          batch: { begunWithoutEnd: 2, firstBegunAtMs: NOW },
        });
      });

      it('refuses another content under the same id and stays as it was', async () => {
        const { key } = await begin();

        expect(
          await stores.ledger.begin(aBatchContent({ key, contentDigest: 'other' }), NOW),
        ).toEqual({ outcome: 'conflict' });
        expect((await stores.books.readBatch(key))?.batch.begunWithoutEnd).toBe(1);
      });

      it('forgets begins once it came to an end, and keeps the state it ended in', async () => {
        const { key } = await begin();
        await stores.ledger.end(key, 'ended');

        const again = await stores.ledger.begin(aBatchContent({ key }), NOW);

        expect(again).toMatchObject({
          outcome: 'begun',
          batch: { state: 'ended', begunWithoutEnd: 1 },
        });
      });

      it('stays as it is when a worker that leaves it open comes last', async () => {
        const { key } = await begin();
        await stores.ledger.end(key, 'ended');
        await stores.ledger.end(key, 'open');

        expect((await stores.books.readBatch(key))?.batch.state).toBe('ended');
      });

      it('is parked with the message whose payload is set aside, with a clean record', async () => {
        const { key } = await begin();

        await stores.ledger.park(key, 'm1');

        expect((await stores.books.readBatch(key))?.batch).toMatchObject({
          state: 'parked',
          parkedMessageId: 'm1',
          begunWithoutEnd: 0,
        });
      });

      it('names the message that was parked last', async () => {
        const { key } = await begin();

        await stores.ledger.park(key, 'm1');
        await stores.ledger.park(key, 'm2');

        expect((await stores.books.readBatch(key))?.batch.parkedMessageId).toBe('m2');
      });

      it('is open again once the parked message is back, and not for another one', async () => {
        const { key } = await begin();
        await stores.ledger.park(key, 'm2');

        await stores.ledger.unpark(key, 'm1');
        expect((await stores.books.readBatch(key))?.batch.state).toBe('parked');

        await stores.ledger.unpark(key, 'm2');
        await stores.ledger.unpark(key, 'm2');
        expect((await stores.books.readBatch(key))?.batch).not.toHaveProperty('parkedMessageId');
        expect((await stores.books.readBatch(key))?.batch.state).toBe('open');
      });

      it('is parked no more once it ended, and still where a worker left it open', async () => {
        const { key } = await begin();
        await stores.ledger.park(key, 'm1');

        await stores.ledger.end(key, 'open');
        expect((await stores.books.readBatch(key))?.batch.state).toBe('parked');

        await stores.ledger.end(key, 'ended');
        expect((await stores.books.readBatch(key))?.batch).toMatchObject({ state: 'ended' });
        expect((await stores.books.readBatch(key))?.batch.parkedMessageId).toBeUndefined();
      });

      it('stays ended whatever is parked or put back', async () => {
        const { key } = await begin();
        await stores.ledger.end(key, 'ended');

        await stores.ledger.park(key, 'm1');
        await stores.ledger.unpark(key, 'm1');

        expect((await stores.books.readBatch(key))?.batch.state).toBe('ended');
      });

      it('is not made by parking what was never begun', async () => {
        const key = aBatchKey();

        await stores.ledger.park(key, 'm1');
        await stores.ledger.unpark(key, 'm1');

        expect(await stores.books.readBatch(key)).toBeUndefined();
      });

      it('can not end before it was begun', async () => {
        await expect(stores.ledger.end(aBatchKey(), 'open')).rejects.toThrow();
      });
    });

    describe('a submission', () => {
      it('is not stored before its first claim', async () => {
        const { key } = await begin();

        expect(await stores.ledger.find({ ...key, path: '/' })).toBeUndefined();
      });

      it('comes back as it was stored, in every state', async () => {
        const { key } = await begin();
        const claimed = aDispatchingSubmission({ suppressed: new Set([2]), recipients: 2 });
        const doubtful = inDoubt(claimed, 'timeout', NOW + 1);
        const taken = accepted(doubtful, 'real@mg.example.com', NOW + 2);

        await stores.ledger.advance(key, undefined, claimed);
        expect(await stores.ledger.find({ ...key, path: '/' })).toEqual(claimed);
        await stores.ledger.advance(key, claimed, doubtful);
        expect(await stores.ledger.find({ ...key, path: '/' })).toEqual(doubtful);
        await stores.ledger.advance(key, doubtful, taken);
        expect(await stores.ledger.find({ ...key, path: '/' })).toEqual(taken);
      });

      it('is claimed by one of two workers', async () => {
        const { key } = await begin();
        const mine = aDispatchingSubmission({ attemptToken: 'mine' });
        const theirs = aDispatchingSubmission({ attemptToken: 'theirs' });

        const claims = await Promise.all([
          stores.ledger.advance(key, undefined, mine),
          stores.ledger.advance(key, undefined, theirs),
        ]);

        expect([...claims].sort()).toEqual(['overtaken', 'stored']);
      });

      it('recognises its own write when the SDK repeats it', async () => {
        const { key } = await begin();
        const claimed = aDispatchingSubmission();
        const released = plannedAgain(claimed, NOW + 1);

        await stores.ledger.advance(key, undefined, claimed);
        expect(await stores.ledger.advance(key, undefined, claimed)).toBe('stored');
        await stores.ledger.advance(key, claimed, released);
        expect(await stores.ledger.advance(key, claimed, released)).toBe('stored');
      });

      it('does not take another split of the same moment for its own', async () => {
        const { key } = await begin();
        const split = (at: number) =>
          ({ ...aPlannedSubmission({ attempts: 0 }), state: 'split', at }) as const;
        await stores.ledger.advance(key, undefined, split(1));

        expect(await stores.ledger.advance(key, undefined, split(2))).toBe('overtaken');
        expect(await stores.ledger.advance(key, undefined, split(1))).toBe('stored');
      });

      it('does not take the same state of a later attempt for the one it saw', async () => {
        const { key } = await begin();
        const first = aPlannedSubmission({ attempts: 1 });
        const claimed = aDispatchingSubmission({ attempts: 2 });
        await stores.ledger.advance(key, undefined, aDispatchingSubmission());
        await stores.ledger.advance(key, aDispatchingSubmission(), first);
        await stores.ledger.advance(key, first, claimed);
        await stores.ledger.advance(key, claimed, plannedAgain(claimed, NOW));

        expect(
          await stores.ledger.advance(key, first, aDispatchingSubmission({ attemptToken: 'late' })),
        ).toBe('overtaken');
      });

      it('is lost to a worker whose claim another one replaced', async () => {
        const { key } = await begin();
        const old = aDispatchingSubmission({ attemptToken: 'old' });
        await stores.ledger.advance(key, undefined, old);
        await stores.ledger.advance(key, old, anInDoubtSubmission());

        expect(await stores.ledger.advance(key, old, plannedAgain(old, NOW))).toBe('overtaken');
      });
    });

    describe('books', () => {
      it('give each batch with its submissions, also where one id begins another', async () => {
        const campaignId = randomUUID();
        for (const batchId of ['1', '1-a', '1_', '10', '2']) {
          const { key } = await begin({ accountId: 'acme', campaignId, batchId });
          await stores.ledger.advance(key, undefined, aDispatchingSubmission());
        }

        const found = [];
        for await (const { batch, submissions } of stores.books.read({
          accountId: 'acme',
          campaignId,
        })) {
          found.push([batch.batchId, submissions.length]);
        }

        expect(found).toEqual([
          ['1', 1],
          ['1-a', 1],
          ['10', 1],
          ['1_', 1],
          ['2', 1],
        ]);
        expect(
          (await stores.books.readBatch({ accountId: 'acme', campaignId, batchId: '1' }))
            ?.submissions,
        ).toHaveLength(1);
      });

      it('give a split submission before its halves', async () => {
        const { key } = await begin();
        for (const path of ['/1', '/', '/0', '/01']) {
          await stores.ledger.advance(key, undefined, aDispatchingSubmission({ path }));
        }

        const found = await stores.books.readBatch(key);

        expect(found?.submissions.map(({ path }) => path)).toEqual(['/', '/0', '/01', '/1']);
      });

      it('know nothing of a batch or campaign that was never begun', async () => {
        expect(await stores.books.readBatch(aBatchKey())).toBeUndefined();
        for await (const found of stores.books.read(aBatchKey()))
          throw new Error(found.batch.batchId);
      });
    });

    describe('evidence', () => {
      it.each([
        ['dispatching', aDispatchingSubmission()],
        ['in doubt', anInDoubtSubmission()],
      ])('makes a submission accepted that is %s', async (_state, submission) => {
        const { key } = await begin();
        await stores.ledger.advance(key, undefined, submission);

        await stores.evidence.acceptedByEvidence(
          { ...key, path: '/' },
          'seen@mg.example.com',
          NOW + 9,
        );

        expect(await stores.ledger.find({ ...key, path: '/' })).toMatchObject({
          state: 'accepted',
          messageId: 'seen@mg.example.com',
          recipients: 3,
        });
      });

      it('keeps the id of the call where the event carried none', async () => {
        const { key } = await begin();
        await stores.ledger.advance(key, undefined, anInDoubtSubmission());

        await stores.evidence.acceptedByEvidence({ ...key, path: '/' }, undefined, NOW);

        expect(await stores.ledger.find({ ...key, path: '/' })).toMatchObject({
          messageId: 'first@mg.example.com',
        });
      });

      it('changes nothing that is final, planned or unknown', async () => {
        const { key } = await begin();
        const planned = aPlannedSubmission();
        await stores.ledger.advance(key, undefined, planned);

        await stores.evidence.acceptedByEvidence({ ...key, path: '/' }, 'seen@x', NOW);
        await stores.evidence.acceptedByEvidence({ ...key, path: '/0' }, 'seen@x', NOW);

        expect(await stores.ledger.find({ ...key, path: '/' })).toEqual(planned);
        expect(await stores.ledger.find({ ...key, path: '/0' })).toBeUndefined();
      });
    });
  });
}
