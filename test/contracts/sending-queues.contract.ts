import type {
  SendingQueues,
  SendingQueueStatus,
} from '../../lambdas/core/standing/sending-queue-status';

export const DOMAIN = 'mg.example.com';
export const OTHER_DOMAIN = 'other.example.com';

/** A reader of queues, and the Mailgun that has them. */
export interface ReadMailgun {
  readonly queues: SendingQueues;
  /** From now on a domain's queue is so. */
  set(domain: string, status: SendingQueueStatus): Promise<void>;
  /** From now on no queue can be read. */
  fail(): Promise<void>;
}

/** What every `SendingQueues` promises. */
export function describeSendingQueues(name: string, create: () => Promise<ReadMailgun>): void {
  describe(`sending queues: ${name}`, () => {
    const untilMs = Date.UTC(2030, 0, 2, 3, 4, 5);
    let mailgun: ReadMailgun;

    beforeEach(async () => {
      mailgun = await create();
    });

    const read = (domain = DOMAIN) => mailgun.queues.read(domain, Date.now() + 10_000);

    it('says that a queue is open', async () => {
      expect(await read()).toEqual({ disabled: false });
    });

    it.each<[string, SendingQueueStatus]>([
      ['until when, and why', { disabled: true, untilMs, reason: 'too many messages' }],
      ['why only', { disabled: true, reason: 'too many messages' }],
    ])('says that a queue is disabled, %s', async (_what, status) => {
      await mailgun.set(DOMAIN, status);

      expect(await read()).toEqual(status);
    });

    it('tells domains apart', async () => {
      await mailgun.set(OTHER_DOMAIN, { disabled: true, reason: 'too many messages' });

      expect(await read()).toEqual({ disabled: false });
      expect(await read(OTHER_DOMAIN)).toMatchObject({ disabled: true });
    });

    it('knows nothing of a queue that can not be read', async () => {
      await mailgun.set(DOMAIN, { disabled: true, reason: 'too many messages' });
      await mailgun.fail();

      expect(await read()).toBeUndefined();
    });

    it('knows nothing where there is no time to ask', async () => {
      expect(await mailgun.queues.read(DOMAIN, Date.now())).toBeUndefined();
    });
  });
}
