import { createHash } from 'node:crypto';
import type { Allowlist } from '../../lambdas/core/suppression/allowlist';
import type { SyncJournal } from '../../lambdas/core/suppression/sync-journal';

const DOMAIN = 'mg.example.com';
const digest = (text: string): Buffer => createHash('sha256').update(text).digest().subarray(0, 16);

/** What every `Allowlist` promises. */
export function describeAllowlist(name: string, create: () => Promise<Allowlist>): void {
  describe(`allowlist: ${name}`, () => {
    let allowlist: Allowlist;

    beforeEach(async () => {
      allowlist = await create();
    });

    it('allows what it holds, for its domain only', async () => {
      await allowlist.note(DOMAIN, [digest('example.org')], 1);

      expect(await allowlist.allows(DOMAIN, [digest('ada'), digest('example.org')])).toBe(true);
      expect(await allowlist.allows(DOMAIN, [digest('ada')])).toBe(false);
      expect(await allowlist.allows('mg.example.org', [digest('example.org')])).toBe(false);
    });

    it('holds any number', async () => {
      const digests = Array.from({ length: 60 }, (_, index) => digest(String(index)));

      await allowlist.note(DOMAIN, digests, 1);

      expect([...(await allowlist.all(DOMAIN))].sort()).toEqual(
        digests.map((one) => one.toString('hex')).sort(),
      );
      expect((await allowlist.all('mg.example.org')).size).toBe(0);
    });

    it('forgets what no sync noted that began at a time or later', async () => {
      await allowlist.note(DOMAIN, [digest('a'), digest('b')], 1);
      await allowlist.note(DOMAIN, [digest('b')], 2);
      // One that began earlier and ends later does not take it back.
      await allowlist.note(DOMAIN, [digest('b')], 1);

      await allowlist.forgetBefore(DOMAIN, 2);

      expect([...(await allowlist.all(DOMAIN))]).toEqual([digest('b').toString('hex')]);
    });
  });
}

/** What every `SyncJournal` promises. */
export function describeSyncJournal(name: string, create: () => Promise<SyncJournal>): void {
  describe(`sync journal: ${name}`, () => {
    let journal: SyncJournal;

    beforeEach(async () => {
      journal = await create();
    });

    const failure = (sinceMs: number) => ({ sinceMs, reason: `403 at ${sinceMs}` });

    it('knows nothing of a domain that never was synced', async () => {
      expect(await journal.read(DOMAIN)).toEqual({});
    });

    it('remembers the last complete sync, whichever ends last', async () => {
      await journal.noteComplete(DOMAIN, 2);
      await journal.noteComplete(DOMAIN, 1);

      expect(await journal.read(DOMAIN)).toEqual({ completeAtMs: 2 });
      expect(await journal.read('mg.example.org')).toEqual({});
    });

    it('tells the first failure from those that follow, until a sync is complete', async () => {
      expect(await journal.noteFailed(DOMAIN, failure(1))).toBe(true);
      expect(await journal.noteFailed(DOMAIN, failure(2))).toBe(false);
      expect(await journal.read(DOMAIN)).toEqual({ failure: failure(1) });

      await journal.noteComplete(DOMAIN, 3);
      expect(await journal.read(DOMAIN)).toEqual({ completeAtMs: 3 });
      expect(await journal.noteFailed(DOMAIN, failure(4))).toBe(true);
    });

    it('says the same of the same failure, as often as it is noted', async () => {
      await journal.noteFailed(DOMAIN, failure(1));

      expect(await journal.noteFailed(DOMAIN, failure(1))).toBe(true);
      expect(await journal.noteFailed(DOMAIN, failure(2))).toBe(false);
      expect(await journal.read(DOMAIN)).toEqual({ failure: failure(1) });
    });

    it('does not take a failure of an earlier sync for one of now', async () => {
      await journal.noteComplete(DOMAIN, 3);

      expect(await journal.noteFailed(DOMAIN, failure(2))).toBe(false);
      expect(await journal.read(DOMAIN)).toEqual({ completeAtMs: 3 });
    });
  });
}
