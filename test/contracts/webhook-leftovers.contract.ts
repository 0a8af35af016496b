import type { WebhookLeftovers } from '../../lambdas/core/webhook/webhook-leftovers';

/** What every `WebhookLeftovers` promises. */
export function describeWebhookLeftovers(
  name: string,
  create: () => Promise<WebhookLeftovers>,
): void {
  describe(`webhook leftovers: ${name}`, () => {
    const LEFTOVER = {
      domain: 'mg.example.com',
      url: 'https://a.example.com/x',
      region: 'eu',
    } as const;
    const OTHER = { ...LEFTOVER, url: 'https://a.example.com/y', apiBaseUrl: 'http://localhost:1' };
    let leftovers: WebhookLeftovers;

    beforeEach(async () => {
      leftovers = await create();
    });

    it('has none at first, and settling what is not there changes nothing', async () => {
      await leftovers.settle(LEFTOVER);

      expect(await leftovers.open()).toEqual([]);
    });

    it('remembers each once, with how its domain is reached', async () => {
      await leftovers.note(LEFTOVER);
      await leftovers.note(OTHER);
      await leftovers.note(LEFTOVER);

      const open = await leftovers.open();
      expect(open).toHaveLength(2);
      expect(open).toEqual(expect.arrayContaining([LEFTOVER, OTHER]));
    });

    it('forgets what is settled, and remembers it anew', async () => {
      await leftovers.note(LEFTOVER);
      await leftovers.note(OTHER);
      await leftovers.settle(LEFTOVER);
      expect(await leftovers.open()).toEqual([OTHER]);

      await leftovers.note(LEFTOVER);
      expect(await leftovers.open()).toHaveLength(2);
    });
  });
}
