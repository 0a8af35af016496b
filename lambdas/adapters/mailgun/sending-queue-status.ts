import { TransientError } from '../../core/errors';
import { objectOf, textOf } from '../../core/json';
import { parsedObject, withoutAddresses } from '../../core/submission/answer-text';
import type { SendingQueues, SendingQueueStatus } from '../../core/standing/sending-queue-status';
import { readMailgun, type MailgunAccess } from './mailgun-access';

/**
 * `SendingQueues` through `GET /v3/domains/{domain}/sending_queues`. What it can't read, it does
 * not know.
 *
 * @see docs/mailgun.md, "Sending queues"
 */
export class SendingQueueReader implements SendingQueues {
  constructor(private readonly access: MailgunAccess) {}

  /** @throws {PermanentError} `unknown-domain` for a domain that is not configured. */
  async read(domain: string, deadlineMs: number): Promise<SendingQueueStatus | undefined> {
    if (this.access.clock() >= deadlineMs) return undefined;
    const path = `/v3/domains/${domain}/sending_queues`;
    try {
      const read = await readMailgun(this.access, domain, { path, deadlineMs });
      return 'answer' in read && read.answer.status === 200
        ? statusIn(read.answer.body)
        : undefined;
    } catch (error) {
      // The secret could not be read.
      if (error instanceof TransientError) return undefined;
      throw error;
    }
  }
}

/** Mail goes through the `regular` queue; the other one holds what is scheduled for later. */
function statusIn(body: string): SendingQueueStatus | undefined {
  const regular = objectOf(parsedObject(body)?.['regular']);
  const disabled = regular?.['is_disabled'];
  if (typeof disabled !== 'boolean') return undefined;

  const about = objectOf(regular?.['disabled']);
  const untilMs = Date.parse(textOf(about?.['until']) ?? '');
  const reason = textOf(about?.['reason']);
  return {
    disabled,
    ...(!Number.isNaN(untilMs) && { untilMs }),
    ...(reason !== undefined && { reason: withoutAddresses(reason) }),
  };
}
