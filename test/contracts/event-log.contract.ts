import type { JsonObject } from '../../lambdas/core/json';
import { normaliseEvent } from '../../lambdas/core/delivery-event/normalise-event';
import type { EventLog, LogQuery, LogRead } from '../../lambdas/core/reconciliation/event-log';

export const DOMAIN = 'mg.example.com';

/** A Mailgun with a record, and the log under test. */
export interface RecordedMailgun {
  readonly log: EventLog;
  /** Has a message delivered to so many people, and opened by all. @returns its id. */
  send(recipients: number): Promise<string>;
  forbidEvents(): Promise<void>;
  /** The next read meets a limit until then. */
  limitUntil(untilMs: number): Promise<void>;
  /** The next read fails. */
  fail(): Promise<void>;
}

/** Promises every `EventLog` keeps. */
export function describeEventLog(name: string, mailgun: () => Promise<RecordedMailgun>): void {
  describe(`event log: ${name}`, () => {
    const query = (messageId: string): LogQuery => ({
      ...{ domain: DOMAIN, messageId, calledAtMs: Date.now() - 60_000 },
    });
    const read = (log: EventLog, messageId: string, place?: string): Promise<LogRead> =>
      log.read(query(messageId), place, Date.now() + 10_000);

    it('leads through everything that counts of one message, and nothing else', async () => {
      const { log, send } = await mailgun();
      await send(3);
      const messageId = await send(350);

      const found = new Set<string>();
      let place: string | undefined;
      for (let empty = 0; empty < 2;) {
        const page = await read(log, messageId, place);
        if (page.result !== 'page') throw new Error(page.reason);
        for (const event of page.events) found.add(wordOf(event, messageId));
        place = page.next;
        empty = page.events.length === 0 ? empty + 1 : 0;
      }

      const recipients = Array.from({ length: 350 }, (_, index) => `person${index}@example.com`);
      expect(found).toEqual(
        new Set(recipients.flatMap((who) => [`delivered ${who}`, `opened ${who}`])),
      );
    });

    it('is an empty page for a message that nobody sent', async () => {
      const { log } = await mailgun();

      const page = await read(log, `0123456789abcdef0123456789abcdef@${DOMAIN}`);

      expect(page).toMatchObject({ result: 'page', events: [] });
    });

    it('comes later when a limit is met, at the time it names', async () => {
      const { log, limitUntil } = await mailgun();
      const untilMs = Math.ceil(Date.now() / 1000) * 1000 + 90_000;
      await limitUntil(untilMs);

      expect(await read(log, `1@${DOMAIN}`)).toMatchObject({ result: 'later', untilMs });
    });

    it('comes later after a fault', async () => {
      const { log, fail } = await mailgun();
      await fail();

      expect(await read(log, `1@${DOMAIN}`)).toMatchObject({ result: 'later' });
      expect(await read(log, `1@${DOMAIN}`)).toMatchObject({ result: 'page' });
    });

    it('is unreadable with a key that may not', async () => {
      const { log, forbidEvents } = await mailgun();
      await forbidEvents();

      expect(await read(log, `1@${DOMAIN}`)).toMatchObject({ result: 'unreadable' });
    });
  });
}

/** An event as the recorder will understand it, whichever API it came from. */
function wordOf(eventData: JsonObject, messageId: string): string {
  const event = normaliseEvent(eventData);
  expect(event).toMatchObject({ messageId, occurredAtMs: expect.any(Number) as number });
  expect(event.variables).toEqual({ batch: 'acme/spring/1' });
  return `${event.type} ${event.recipient}`;
}
