import { createHash } from 'node:crypto';
import { recipientOf, personalText, userVariables, visibleTo } from '../messages/message';
import { eventName, severityOf, webhookFor } from '../model/happenings';
import { engagementFields } from './engagement-json';
import { shapeOf, type MailEvent } from './event';
import { failureFields } from './failure-json';

/** Fields of an event as Mailgun's JSON has them. */
export type EventJson = Record<string, unknown>;

/**
 * Writes events as Mailgun does, in the shapes of 2026 and their known variations.
 *
 * Which variation an event has depends on the seed and the event alone. `user-variables` are
 * always there when the message had any.
 *
 * @see Mailgun, "Webhooks", "Webhook Payloads", and "Events", "Event Structure".
 */
export class EventWriter {
  private readonly accountId: string;

  /**
   * @param run random text of this run: event ids are never the same in two runs.
   */
  constructor(
    private readonly seed: number,
    private readonly run: string,
  ) {
    this.accountId = createHash('sha256')
      .update(`account ${String(seed)}`)
      .digest('hex')
      .slice(0, 24);
  }

  /** The event's JSON; the same event always gives the same. */
  write(event: MailEvent): EventJson {
    const shape = shapeOf(this.seed, event);
    const json: EventJson = {
      event: eventName(event.happening),
      id: this.idOf(event),
      timestamp: timestampOf(event),
      'log-level': logLevelOf(event),
      account: { id: this.accountId },
      domain: { name: event.message.domain.name },
      recipient: recipientOf(event.message, event.index).address,
      ...fieldsOf(event, shape),
      ...variablesOf(event, shape),
    };
    // A delayed bounce comes from a mail, not from the queue, and knows less.
    if (event.happening === 'bouncedLate') return json;
    json['recipient-domain'] = domainOf(json['recipient'] as string);
    json['tags'] = event.happening === 'unsubscribed' ? ['*'] : event.message.tags;
    return json;
  }

  private idOf(event: MailEvent): string {
    const digest = createHash('md5').update(`${this.run}\n${String(event.sequence)}`);
    return digest.digest('base64url');
  }
}

function fieldsOf(event: MailEvent, shape: number): EventJson {
  switch (webhookFor(event.happening)) {
    case 'accepted':
      return acceptedFields(event);
    case 'delivered':
      return { ...deliveryFields(event), 'delivery-status': deliveredStatus(event, shape) };
    case 'temporary_fail':
    case 'permanent_fail':
      return failedFields(event, shape);
    case 'opened':
    case 'clicked':
    case 'unsubscribed':
      return engagementFields(event, shape);
    case 'complained':
      return complainedFields(event);
  }
}

function acceptedFields({ message, index }: MailEvent): EventJson {
  const { address } = recipientOf(message, index);
  return {
    'api-key-id': '12345678-87654321',
    envelope: { sender: senderOf(message.from), targets: address, transport: 'smtp' },
    flags: { 'is-authenticated': true, 'is-test-mode': message.testMode },
    message: {
      headers: headersOf(message, index),
      size: message.sizeBytes,
      ...(message.scheduled && {
        'scheduled-for': Math.floor(message.deliverAtMs / 1000),
        attachments: [],
        recipients: [address],
      }),
    },
    method: 'HTTP',
    storage: storageOf(message),
  };
}

function deliveryFields({ message, index, happening }: MailEvent): EventJson {
  return {
    flags: {
      'is-authenticated': true,
      'is-routed': false,
      'is-big': false,
      'is-system-test': false,
      'is-test-mode': message.testMode,
    },
    message: { attachments: [], headers: headersOf(message, index), size: message.sizeBytes },
    storage: storageOf(message),
    'primary-dkim': `smtp._domainkey.${message.domain.name}`,
    'recipient-provider': 'Other',
    campaigns: [],
    envelope: {
      sender: senderOf(message.from),
      targets: recipientOf(message, index).address,
      transport: 'smtp',
      ...(!happening.startsWith('suppressed') && { 'sending-ip': '198.51.100.10' }),
    },
    ...(message.batchMode && { batch: { id: message.storageKey.slice(0, 24).toLowerCase() } }),
    ...(message.template !== undefined && { template: { name: message.template } }),
  };
}

function deliveredStatus({ message, occurrence }: MailEvent, shape: number): EventJson {
  if (message.testMode) {
    return {
      'attempt-no': 1,
      code: 650,
      message: 'OK',
      description: 'Message dropped: test mode',
      'session-seconds': 0,
    };
  }
  return {
    'attempt-no': occurrence,
    code: 250,
    message: 'OK',
    description: [null, '', 'Accepted'][shape % 3],
    'session-seconds': 1 + (shape % 1000) / 1000,
    ...[{ 'enhanced-code': null }, { 'enhanced-code': '2.0.0' }, { 'enhanced-code': '' }, {}][
      (shape >>> 3) % 4
    ],
    'mx-host': 'mx1.example.com',
    'certificate-verified': true,
    tls: true,
    utf8: true,
    'first-delivery-attempt-seconds': 0.062,
  };
}

function failedFields(event: MailEvent, shape: number): EventJson {
  const failure = failureFields(event, shape);
  const severity = severityOf(event.happening);
  if (event.happening === 'bouncedLate') {
    return {
      ...failure,
      severity,
      flags: { 'is-delayed-bounce': true },
      envelope: {},
      campaigns: [],
      message: { headers: headersOf(event.message, event.index), attachments: [] },
      storage: storageOf(event.message),
    };
  }
  return { ...deliveryFields(event), severity, ...failure };
}

function complainedFields({ message, index }: MailEvent): EventJson {
  return {
    message: { headers: headersOf(message, index), size: message.sizeBytes },
    campaigns: [],
    'recipient-provider': 'Other',
    envelope: { 'sending-ip': '198.51.100.10' },
    storage: storageOf(message),
  };
}

function variablesOf(event: MailEvent, shape: number): EventJson {
  const variables = userVariables(event.message, event.index);
  if (variables !== undefined) return { 'user-variables': variables };

  // An empty dictionary has been seen as all three of these.
  return [{ 'user-variables': [] }, { 'user-variables': {} }, {}][(shape >>> 7) % 3] ?? {};
}

function headersOf(message: MailEvent['message'], index: number): EventJson {
  return {
    from: message.from,
    to: visibleTo(message, index),
    subject: personalText(message, index, message.subject),
    'message-id': personalText(message, index, message.id),
  };
}

function storageOf(message: MailEvent['message']): EventJson {
  const region = message.domain.settings.region === 'eu' ? 'europe-west1' : 'us-east4';
  return {
    key: message.storageKey,
    url: `https://storage-${region}.api.mailgun.net/v3/domains/${message.domain.name}/messages/${message.storageKey}`,
  };
}

function logLevelOf({ happening }: MailEvent): string {
  const severity = severityOf(happening);
  if (severity === 'permanent') return 'error';
  return severity === 'temporary' || happening === 'complained' ? 'warn' : 'info';
}

/** Seconds with a fraction of up to six digits, as Mailgun's are. */
function timestampOf({ atMs }: MailEvent): number {
  return Math.round(atMs * 1000) / 1_000_000;
}

function senderOf(from: string): string {
  return /<([^>]*)>/.exec(from)?.[1] ?? from;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
