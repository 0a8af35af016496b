import type {
  AcceptanceSearch,
  DoubtfulSubmission,
} from '../../lambdas/core/submission/acceptance-search';
import type { TakenMessage } from '../support/fakes/in-memory-acceptance-search';

export const DOMAIN = 'mg.example.com';
export const OTHER_DOMAIN = 'other.example.com';

const SUBMISSION = {
  ...{ accountId: 'acme', campaignId: 'spring-sale', batchId: '000001', path: '/' },
};
const MESSAGE_ID = '0123456789abcdef0123456789abcdef@mg.example.com';

/** A search, and the Mailgun it searches. */
export interface SearchedMailgun {
  readonly search: AcceptanceSearch;
  /**
   * Mailgun takes a message now, and tells of it.
   *
   * @param honoursId whether it keeps the id of the message, or gives one of its own.
   * @returns the id Mailgun has it under.
   */
  take(message: TakenMessage, honoursId: boolean): Promise<string>;
  /** From now on the key may not read events. */
  forbidEvents(): Promise<void>;
  /** The next question meets a limit, until this time. */
  limitUntil(untilMs: number): Promise<void>;
  /** The next question meets a fault. */
  fail(): Promise<void>;
}

const aMessage = (about: Partial<TakenMessage> = {}): TakenMessage => ({
  ...{ domain: DOMAIN, submission: SUBMISSION, messageId: MESSAGE_ID },
  recipients: ['ada@example.com', 'bob@example.com'],
  ...about,
});

const aDoubt = (about: Partial<DoubtfulSubmission> = {}): DoubtfulSubmission => ({
  ...{ submission: SUBMISSION, messageId: MESSAGE_ID, recipient: 'ada@example.com' },
  ...{ fromMs: Date.now() - 5_000, toMs: Date.now() },
  ...about,
});

/** What every `AcceptanceSearch` promises. */
export function describeAcceptanceSearch(
  name: string,
  create: () => Promise<SearchedMailgun>,
): void {
  describe(`acceptance search: ${name}`, () => {
    let mailgun: SearchedMailgun;

    beforeEach(async () => {
      mailgun = await create();
    });

    const search = (about: Partial<DoubtfulSubmission> = {}, domain = DOMAIN) =>
      mailgun.search.search(domain, aDoubt(about), Date.now() + 10_000);

    it('says absent of what Mailgun never had', async () => {
      expect(await search()).toEqual({ result: 'absent' });
      expect(await search({ recipient: undefined })).toEqual({ result: 'absent' });
    });

    it('finds a message by the id it was sent under', async () => {
      await mailgun.take(aMessage(), true);

      const found = { result: 'found', messageId: MESSAGE_ID };
      expect(await search()).toEqual(found);
      expect(await search({ recipient: undefined })).toEqual(found);
    });

    it('finds a message that Mailgun gave an id of its own, by one of its recipients', async () => {
      const messageId = await mailgun.take(aMessage(), false);

      expect(messageId).not.toBe(MESSAGE_ID);
      expect(await search()).toEqual({ result: 'found', messageId });
      expect(await search({ recipient: 'bob@example.com' })).toEqual({
        result: 'found',
        messageId,
      });
    });

    it('can not find such a message without a recipient of it', async () => {
      await mailgun.take(aMessage(), false);

      expect(await search({ recipient: undefined })).toEqual({ result: 'absent' });
      expect(await search({ recipient: 'eve@example.com' })).toEqual({ result: 'absent' });
    });

    it.each([
      ['path', { path: '/0' }],
      ['batch', { batchId: '000002' }],
      ['campaign', { campaignId: 'autumn-sale' }],
      ['account', { accountId: 'globex' }],
    ])('takes no message of another %s to the same recipient for it', async (_what, other) => {
      const submission = { ...SUBMISSION, ...other };
      await mailgun.take(aMessage({ submission, messageId: 'other@mg.example.com' }), true);

      expect(await search()).toEqual({ result: 'absent' });
    });

    it('finds it behind a page of other messages to the same recipient', async () => {
      for (let at = 0; at < 120; at += 1) {
        const submission = { ...SUBMISSION, batchId: `other-${at}` };
        await mailgun.take(aMessage({ submission, messageId: `${at}@mg.example.com` }), true);
      }
      const messageId = await mailgun.take(aMessage(), false);

      expect(await search()).toEqual({ result: 'found', messageId });
    });

    it('looks at one domain only', async () => {
      await mailgun.take(aMessage(), true);

      expect(await search({}, OTHER_DOMAIN)).toEqual({ result: 'absent' });
    });

    it('says so where events may not be read, found or not', async () => {
      await mailgun.take(aMessage(), true);
      await mailgun.forbidEvents();

      const { result, ...more } = await search();

      expect(result).toBe('unreadable');
      expect(JSON.stringify(more)).not.toContain('ada@');
    });

    it('says until when a limit forbids to ask', async () => {
      const untilMs = Math.ceil(Date.now() / 1000) * 1000 + 3_600_000;
      await mailgun.limitUntil(untilMs);

      expect(await search()).toMatchObject({ result: 'later', untilMs });
      expect(await search()).toEqual({ result: 'absent' });
    });

    it('says later of a fault, and knows more the next time', async () => {
      await mailgun.take(aMessage(), true);
      await mailgun.fail();

      expect(await search()).toMatchObject({ result: 'later', untilMs: undefined });
      expect(await search()).toMatchObject({ result: 'found' });
    });

    it('says later where there is no time to ask', async () => {
      await mailgun.take(aMessage(), true);

      expect(await mailgun.search.search(DOMAIN, aDoubt(), Date.now())).toMatchObject({
        result: 'later',
      });
    });
  });
}
