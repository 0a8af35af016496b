import type {
  ParkedBatches,
  ParkedKey,
  ParkedPayload,
  ParkedScope,
} from '../../lambdas/core/batch/parked-batches';

export const aParkedKey = (about: Partial<ParkedKey> = {}): ParkedKey => ({
  ...{ accountId: 'acme', campaignId: 'spring-sale', batchId: '000001' },
  ...{ domain: 'mg.example.com', messageId: 'd3b07384-d113-4ec6-a7f4-0a2d1e5d6b11' },
  ...about,
});

export const aParkedPayload = (about: Partial<ParkedPayload> = {}): ParkedPayload => ({
  ...{ body: '{"version":1}', cause: 'campaign-paused', parkedAtMs: 1_700_000_000_000 },
  ...about,
});

/** Everything of a scope, page by page. */
export async function listAll(parked: ParkedBatches, scope: ParkedScope): Promise<ParkedKey[]> {
  const keys: ParkedKey[] = [];
  let after: string | undefined;
  do {
    const page = await parked.list(scope, after);
    keys.push(...page.keys.map(({ key }) => key));
    after = page.next;
  } while (after !== undefined);
  return keys;
}

/**
 * What every `ParkedBatches` promises.
 *
 * @param create an empty store whose pages hold two keys.
 */
export function describeParkedBatches(name: string, create: () => Promise<ParkedBatches>): void {
  describe(`parked batches: ${name}`, () => {
    let parked: ParkedBatches;

    beforeEach(async () => {
      parked = await create();
    });

    const park = (about: Partial<ParkedKey>) => parked.put(aParkedKey(about), aParkedPayload());

    it.each<[string, Partial<ParkedPayload>]>([
      ['with its message group', { groupId: 'acme' }],
      ['without a message group', {}],
      ['of any characters', { body: '{"a":"Grüße \u{1f331} \\u0000 \n"}' }],
      ['that is not JSON', { body: 'no JSON "' }],
      ['as large as a message can be', { body: 'ü'.repeat(524_288) }],
      ['for its age', { cause: 'aged' }],
    ])('gives back a payload %s as it was', async (_how, about) => {
      await parked.put(aParkedKey(), aParkedPayload(about));

      expect(await parked.get(aParkedKey())).toEqual(aParkedPayload(about));
    });

    it('knows nothing of what was never parked', async () => {
      expect(await parked.get(aParkedKey())).toBeUndefined();
      expect(await parked.list({ scope: 'all' }, undefined)).toEqual({
        keys: [],
        unreadable: 0,
        next: undefined,
      });
    });

    it('keeps one payload of a message that is parked again', async () => {
      await parked.put(aParkedKey(), aParkedPayload());
      await parked.put(aParkedKey(), aParkedPayload({ cause: 'domain-blocked' }));

      expect(await listAll(parked, { scope: 'all' })).toEqual([aParkedKey()]);
      expect((await parked.get(aParkedKey()))?.cause).toBe('domain-blocked');
    });

    it('keeps another payload of the same batch, and forgets only the one it is told to', async () => {
      await park({ messageId: 'first' });
      await park({ messageId: 'second' });

      await parked.delete(aParkedKey({ messageId: 'first' }));

      expect(await parked.get(aParkedKey({ messageId: 'first' }))).toBeUndefined();
      expect(await parked.get(aParkedKey({ messageId: 'second' }))).toEqual(aParkedPayload());
    });

    it('forgets what is gone already', async () => {
      await expect(parked.delete(aParkedKey())).resolves.toBeUndefined();
    });

    it('tells when a payload was parked', async () => {
      const beforeMs = Date.now();
      await parked.put(aParkedKey(), aParkedPayload());

      const { keys } = await parked.list({ scope: 'all' }, undefined);

      // S3 tells whole seconds.
      expect(keys[0]?.parkedAtMs).toBeGreaterThanOrEqual(beforeMs - 1_000);
      expect(keys[0]?.parkedAtMs).toBeLessThanOrEqual(Date.now() + 1_000);
    });

    it.each<[ParkedScope, string[]]>([
      [{ scope: 'all' }, ['a1', 'a2', 'a3', 'b1', 'c1']],
      [{ scope: 'account', accountId: 'acme' }, ['a1', 'a2', 'a3']],
      [{ scope: 'campaign', accountId: 'acme', campaignId: 'spring' }, ['a1', 'a2']],
      [{ scope: 'domain', domain: 'other.example.com' }, ['a2', 'b1']],
      [{ scope: 'campaign', accountId: 'globex', campaignId: 'spring' }, []],
    ])(
      'lists everything of a scope and nothing else, page by page: %j',
      async (scope, expected) => {
        const other = 'other.example.com';
        await park({ campaignId: 'spring', batchId: 'a1' });
        await park({ campaignId: 'spring', batchId: 'a2', domain: other });
        await park({ campaignId: 'spring-sale', batchId: 'a3' });
        await park({ accountId: 'acme2', campaignId: 'spring', batchId: 'b1', domain: other });
        await park({ accountId: 'acme-eu', campaignId: 'spring', batchId: 'c1' });

        const listed = await listAll(parked, scope);

        expect(listed.map(({ batchId }) => batchId).sort()).toEqual(expected);
      },
    );

    it('goes on behind a page whose payloads were released meanwhile', async () => {
      for (const batchId of ['1', '2', '3', '4']) await park({ batchId });

      const first = await parked.list({ scope: 'all' }, undefined);
      for (const { key } of first.keys) await parked.delete(key);
      const second = await parked.list({ scope: 'all' }, first.next);

      expect(first.keys.map(({ key }) => key.batchId)).toEqual(['1', '2']);
      expect(second.keys.map(({ key }) => key.batchId)).toEqual(['3', '4']);
      expect(second.next).toBeUndefined();
    });
  });
}
