import type { SubmissionKey } from '../../lambdas/core/campaign/keys';
import {
  unreconciled,
  type ReconcileCheckpoints,
} from '../../lambdas/core/reconciliation/checkpoint';
import type { ReconcileNotices } from '../../lambdas/core/reconciliation/notices';

/** What reconciling keeps. */
export interface ReconcileStores {
  readonly checkpoints: ReconcileCheckpoints;
  readonly notices: ReconcileNotices;
}

const submission = (about: Partial<SubmissionKey> = {}): SubmissionKey => ({
  ...{ accountId: 'acme', campaignId: 'spring', batchId: '000001', path: '/' },
  ...about,
});

/** Promises every store of checkpoints and notices keeps. */
export function describeReconcileStores(
  name: string,
  create: () => Promise<ReconcileStores>,
): void {
  describe(`reconcile checkpoints: ${name}`, () => {
    it('come back as they were written', async () => {
      const { checkpoints } = await create();
      const checkpoint = {
        ...{ attempt: 2, passesDone: 1, repaired: { delivered: 3 }, repairedAtMs: 5 },
        reading: { idIndex: 1, place: '/v3/mg.example.com/events/xyz', pages: 12 },
      };

      expect(await checkpoints.read(submission())).toBeUndefined();
      expect(await checkpoints.write(submission(), undefined, checkpoint)).toBe(1);

      expect(await checkpoints.read(submission())).toEqual({ revision: 1, checkpoint });
      expect(await checkpoints.read(submission({ path: '/0' }))).toBeUndefined();
    });

    it('are replaced by one writer only', async () => {
      const { checkpoints } = await create();
      const first = await checkpoints.write(submission(), undefined, unreconciled(1));

      expect(await checkpoints.write(submission(), undefined, unreconciled(1))).toBe('overtaken');
      const results = await Promise.all(
        [1, 2].map((attempt) =>
          checkpoints.write(submission(), first as number, unreconciled(attempt)),
        ),
      );

      expect(results.sort()).toEqual([2, 'overtaken']);
    });

    it('keep no place that could grow beyond an item', async () => {
      const { checkpoints } = await create();
      const reading = { idIndex: 0, place: 'x'.repeat(2_049), pages: 1 };
      await checkpoints.write(submission(), undefined, { ...unreconciled(1), reading });

      const stored = await checkpoints.read(submission());
      expect(stored?.checkpoint.reading).toEqual({ idIndex: 0, place: undefined, pages: 1 });
    });

    it('add up what a campaign lacked', async () => {
      const { checkpoints } = await create();
      const lacked = (key: SubmissionKey, repaired: object) =>
        checkpoints.write(key, undefined, { ...unreconciled(1), repaired });
      await lacked(submission(), { delivered: 2 });
      await lacked(submission({ path: '/0' }), { delivered: 1, opened: 1 });
      await lacked(submission({ batchId: '000002' }), { opened: 4 });
      await lacked(submission({ batchId: '000003' }), {});
      await lacked(submission({ campaignId: 'summer' }), { opened: 9 });

      expect(await checkpoints.repairedIn(submission())).toEqual({
        ...{ repaired: { delivered: 3, opened: 5 }, batches: 2 },
      });
    });
  });

  describe(`reconcile notices: ${name}`, () => {
    const news = (happenedAtMs: number, nowMs: number) => ({ happenedAtMs, nowMs, everyMs: 100 });

    it.each([{ domain: 'mg.example.com' }, { accountId: 'acme', campaignId: 'spring' }])(
      'are given once, and again after a while: %j',
      async (subject) => {
        const { notices } = await create();

        expect(await notices.take(subject, news(10, 20))).toEqual({ notice: 'ours' });
        expect(await notices.take(subject, news(15, 30))).toEqual({ notice: 'told' });
        expect(await notices.take(subject, news(25, 30))).toEqual({
          ...{ notice: 'tooSoon', untilMs: 120 },
        });
        expect(await notices.take({ domain: 'other' }, news(25, 30))).toEqual({ notice: 'ours' });
        expect(await notices.take(subject, news(25, 120))).toEqual({ notice: 'ours' });
      },
    );

    it('are given by one of many', async () => {
      const { notices } = await create();

      const turns = await Promise.all(
        Array.from({ length: 5 }, () => notices.take({ domain: 'mg' }, news(10, 20))),
      );

      expect(turns.filter(({ notice }) => notice === 'ours')).toHaveLength(1);
    });
  });
}
