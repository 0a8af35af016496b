import { eventsOf } from '../../lambdas/core/webhook/plan-registration';
import type { WebhookEvent, WebhookRegistry } from '../../lambdas/core/webhook/webhook-registry';

export const DOMAIN = 'mg.example.com';
export const OTHER_DOMAIN = 'other.example.com';

/** A registry of two domains. */
export interface AnyRegistry {
  readonly registry: WebhookRegistry;
  /** From now on every call is refused. */
  fail(): Promise<void>;
}

/** What every `WebhookRegistry` promises. */
export function describeWebhookRegistry(name: string, create: () => Promise<AnyRegistry>): void {
  describe(`webhook registry: ${name}`, () => {
    const OURS = 'https://ours.example.com/hooks';
    const THEIRS = 'https://theirs.example.com/hooks?a=1&b=2';
    let mailgun: AnyRegistry;

    beforeEach(async () => {
      mailgun = await create();
    });

    const until = () => Date.now() + 10_000;
    const put = (url: string, events: readonly WebhookEvent[], known = false, domain = DOMAIN) =>
      mailgun.registry.put(domain, { url, events, known }, until());
    const eventsFor = async (url: string, domain = DOMAIN) => {
      const found = await mailgun.registry.read(domain, until());
      if ('refused' in found) throw new Error(found.refused);
      return eventsOf(found.urls, url);
    };

    it('has nothing registered at first', async () => {
      expect(await eventsFor(OURS)).toEqual([]);
    });

    it('registers a URL for several kinds of events of one domain', async () => {
      expect(await put(OURS, ['clicked', 'permanent_fail'])).toBeUndefined();

      expect(await eventsFor(OURS)).toEqual(['clicked', 'permanent_fail']);
      expect(await eventsFor(OURS, OTHER_DOMAIN)).toEqual([]);
    });

    it('replaces the kinds of a URL that is known, and leaves the URLs of others alone', async () => {
      await put(THEIRS, ['clicked', 'opened']);
      await put(OURS, ['clicked', 'delivered']);

      expect(await put(OURS, ['opened'], true)).toBeUndefined();

      expect(await eventsFor(OURS)).toEqual(['opened']);
      expect(await eventsFor(THEIRS)).toEqual(['opened', 'clicked']);
    });

    it('removes one URL from all kinds of events, and no other', async () => {
      await put(THEIRS, ['clicked']);
      await put(OURS, ['clicked', 'opened']);

      expect(await mailgun.registry.remove(DOMAIN, OURS, until())).toBeUndefined();

      expect(await eventsFor(OURS)).toEqual([]);
      expect(await eventsFor(THEIRS)).toEqual(['clicked']);
    });

    it('says that a domain is unknown', async () => {
      const unknown = { domainUnknown: true };

      expect(await mailgun.registry.read('no.example.com', until())).toMatchObject(unknown);
      expect(await mailgun.registry.remove('no.example.com', OURS, until())).toMatchObject(unknown);
    });

    it('answers with a refusal, and does not reject', async () => {
      await mailgun.fail();

      const refused = { refused: expect.any(String) as string };
      expect(await mailgun.registry.read(DOMAIN, until())).toEqual(refused);
      expect(await put(OURS, ['clicked'])).toEqual(refused);
      expect(await mailgun.registry.remove(DOMAIN, OURS, until())).toEqual(refused);
    });
  });
}
