import { objectOf, textOf } from '../../core/json';
import type { SendingQueues, SendingQueueStatus } from '../../core/standing/sending-queue-status';
import { readMailgun, type MailgunAccess } from './mailgun-access';

const MAX_REASON = 300;

/** `SendingQueues` through `GET /v3/domains/{domain}/sending_queues`. */
export class SendingQueueReader implements SendingQueues {
  constructor(private readonly access: MailgunAccess) {}

  async read(domain: string, deadlineMs: number): Promise<SendingQueueStatus | undefined> {
    if (this.access.clock() >= deadlineMs) return undefined;
    const path = `/v3/domains/${domain}/sending_queues`;
    const read = await readMailgun(this.access, domain, { path, deadlineMs });
    if (!('answer' in read) || read.answer.status !== 200) return undefined;
    return statusIn(read.answer.body);
  }
}

function statusIn(body: string): SendingQueueStatus | undefined {
  const regular = objectOf(objectOf(parsed(body))?.['regular']);
  if (regular === undefined) return undefined;

  const about = objectOf(regular['disabled']);
  const untilMs = Date.parse(textOf(about?.['until']) ?? '');
  const reason = textOf(about?.['reason'])
    ?.replace(/[^\s<>"',;]+@[^\s<>"',;]+/g, '[address]')
    .slice(0, MAX_REASON);
  return {
    disabled: regular['is_disabled'] === true,
    ...(!Number.isNaN(untilMs) && { untilMs }),
    ...(reason !== undefined && { reason }),
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
