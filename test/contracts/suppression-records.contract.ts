import { createHash } from 'node:crypto';
import {
  withObserved,
  withRemoved,
  type SuppressionRecord,
} from '../../lambdas/core/suppression/suppression-record';
import type { SuppressionList } from '../../lambdas/core/suppression/suppression';
import type { SuppressionRecords } from '../../lambdas/core/suppression/suppression-records';

const DOMAIN = 'mg.example.com';

const aRecipient = (name: string): Buffer =>
  createHash('sha256').update(name).digest().subarray(0, 16);

const bounced = (record: SuppressionRecord | undefined) =>
  withObserved(record, {
    ...{ domain: DOMAIN, recipient: Buffer.alloc(16), reason: 'bounce' },
    ...{ cause: 'webhook:bounced', observedAtMs: 1_000 },
  });

const removedAt = (atMs: number) => (record: SuppressionRecord | undefined) =>
  withRemoved(record, { atMs, actor: `person ${atMs}`, reason: 'asked to', removed: [] });

/** What every `SuppressionRecords` promises, and that it keeps what the `SuppressionList` beside it reads. */
export function describeSuppressionRecords(
  name: string,
  create: () => Promise<{ readonly records: SuppressionRecords; readonly list: SuppressionList }>,
): void {
  describe(`suppression records: ${name}`, () => {
    let records: SuppressionRecords;
    let list: SuppressionList;

    beforeEach(async () => {
      ({ records, list } = await create());
    });

    const change = (recipient: Uint8Array, decide: typeof bounced) =>
      records.change(DOMAIN, [{ recipient, decide }]);

    it('knows nothing of a recipient that nobody told of', async () => {
      expect(await records.read(DOMAIN, aRecipient('ada'))).toBeUndefined();
      expect(await records.removals(DOMAIN, aRecipient('ada'))).toEqual([]);
      expect(await records.page(DOMAIN, undefined)).toEqual({ records: [] });
    });

    it('keeps every change of any number of recipients, in their order', async () => {
      const recipients = Array.from({ length: 230 }, (_, index) => aRecipient(`r${index}`));
      await change(recipients[7]!, bounced);

      const changed = await records.change(
        DOMAIN,
        recipients.map((recipient) => ({ recipient, decide: bounced })),
      );

      expect(changed.map(({ written }) => written)).toEqual(recipients.map((_r, at) => at !== 7));
      expect(changed.every(({ record }) => record?.grounds[0]?.reason === 'bounce')).toBe(true);
      expect((await list.suppressedAmong(DOMAIN, recipients, [])).size).toBe(230);
    });

    it('writes nothing where nothing changes', async () => {
      const [none] = await change(aRecipient('ada'), () => undefined as never);

      expect(none).toEqual({ record: undefined, written: false });
      expect(await records.read(DOMAIN, aRecipient('ada'))).toBeUndefined();
    });

    it('loses no change to another made at the same time', async () => {
      const tags = Array.from({ length: 6 }, (_, index) => `t${index}`);

      await Promise.all(
        tags.map((tag) =>
          list.add({
            ...{ domain: DOMAIN, recipient: aRecipient('ada'), reason: 'unsubscribe' },
            ...{ cause: 'webhook:unsubscribed', observedAtMs: 1, tags: [tag] },
          }),
        ),
      );

      expect((await list.find(DOMAIN, aRecipient('ada')))?.tags).toEqual(tags);
    });

    it('lets whoever was removed be mailed, and finds nothing of them', async () => {
      await change(aRecipient('ada'), bounced);
      await change(aRecipient('ada'), removedAt(2_000));

      expect((await list.suppressedAmong(DOMAIN, [aRecipient('ada')], [])).size).toBe(0);
      expect(await list.find(DOMAIN, aRecipient('ada'))).toBeUndefined();
    });

    it('suppresses nobody for what happened before the removal, and does for what came after', async () => {
      await change(aRecipient('ada'), removedAt(2_000));
      const event = {
        ...{ domain: DOMAIN, recipient: aRecipient('ada'), reason: 'bounce' as const },
        cause: 'webhook:bounced',
      };

      await list.add({ ...event, observedAtMs: 2_000 });
      expect(await list.find(DOMAIN, aRecipient('ada'))).toBeUndefined();

      await list.add({ ...event, observedAtMs: 2_001 });
      expect(await list.find(DOMAIN, aRecipient('ada'))).toMatchObject({ observedAtMs: 2_001 });
    });

    it('keeps every removal, oldest first', async () => {
      await change(aRecipient('ada'), bounced);
      for (const atMs of [9_000, 10_000, 200_000]) {
        await change(aRecipient('ada'), removedAt(atMs));
      }

      expect(await records.removals(DOMAIN, aRecipient('ada'))).toEqual([
        { atMs: 9_000, actor: 'person 9000', reason: 'asked to', removed: ['bounce'] },
        { atMs: 10_000, actor: 'person 10000', reason: 'asked to', removed: [] },
        { atMs: 200_000, actor: 'person 200000', reason: 'asked to', removed: [] },
      ]);
      expect(await records.removals('mg.example.org', aRecipient('ada'))).toEqual([]);
    });

    it('shows every record of a domain once, page by page, and of no other', async () => {
      const recipients = Array.from({ length: 8 }, (_, index) => aRecipient(`r${index}`));
      await records.change(
        DOMAIN,
        recipients.map((recipient) => ({ recipient, decide: bounced })),
      );
      await records.change('mg.example.org', [{ recipient: aRecipient('x'), decide: bounced }]);

      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await records.page(DOMAIN, after);
        seen.push(...page.records.map(({ recipient }) => Buffer.from(recipient).toString('hex')));
        expect(page.records.every(({ record }) => record.grounds.length === 1)).toBe(true);
        after = page.next;
      } while (after !== undefined);

      expect(seen.sort()).toEqual(recipients.map((one) => one.toString('hex')).sort());
    });
  });
}
