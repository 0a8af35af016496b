import type { MailEvent } from './event';
import type { EventJson } from './event-json';

interface Failure {
  readonly reason: string;
  readonly code: number;
  readonly message: string;
  readonly enhanced?: string | null;
  readonly description?: string;
  readonly bounceType?: 'hard' | 'soft';
  readonly retrySeconds?: number;
}

const BOUNCES: readonly Failure[] = [
  {
    reason: 'bounce',
    code: 550,
    enhanced: '5.1.1',
    message:
      "5.1.1 The email account that you tried to reach does not exist. Please try\n5.1.1 double-checking the recipient's email address for typos",
    bounceType: 'hard',
  },
  {
    reason: 'bounce',
    code: 550,
    enhanced: '5.5.0',
    message: '5.5.0 Requested action not taken: mailbox unavailable (S2017062302).',
    bounceType: 'hard',
  },
  {
    reason: 'bounce',
    code: 550,
    enhanced: '5.1.1',
    message: '5.1.1 User unknown',
    bounceType: 'hard',
  },
];

const DEFERRALS: readonly Failure[] = [
  {
    reason: 'generic',
    code: 421,
    enhanced: null,
    message:
      'Your IP (198.51.100.10) is temporary blacklisted by an anti-troyan rule, retry later and/or visit http://postmaster.example.com/',
  },
  {
    reason: 'greylisted',
    code: 450,
    message: 'Recipient address rejected: Greylisted',
    description: 'Recipient address rejected: Greylisted',
  },
  {
    reason: 'generic',
    code: 452,
    enhanced: '4.2.2',
    message: '4.2.2 The email account that you tried to reach is over quota.',
  },
  {
    reason: 'ratelimit',
    code: 421,
    enhanced: '4.7.0',
    message:
      '4.7.0 [TSS04] Messages from 198.51.100.10 temporarily deferred due to unexpected volume or user complaints',
  },
  { reason: 'generic', code: 680, message: 'Turret client: server connection failed' },
];

const OTHERS: Readonly<Record<string, Failure>> = {
  blocked: {
    reason: 'espblock',
    code: 554,
    enhanced: '5.7.1',
    message: '5.7.1 Service unavailable; client host [198.51.100.10] blocked',
    bounceType: 'soft',
  },
  refusedByPolicy: {
    reason: 'generic',
    code: 554,
    enhanced: '5.7.1',
    message: '5.7.1 Message rejected due to local policy',
    bounceType: 'soft',
  },
  refusedByBlockList: {
    reason: 'bounce',
    code: 550,
    enhanced: '5.7.1',
    message:
      "5.7.1 Unfortunately, messages from [198.51.100.10] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).",
    bounceType: 'soft',
  },
  mailboxFull: {
    reason: 'bounce',
    code: 552,
    enhanced: '5.2.2',
    message: '5.2.2 Mailbox full',
    bounceType: 'soft',
  },
  tooOld: { reason: 'old', code: 602, message: 'Too old', description: 'Too old' },
  suppressedBounce: {
    reason: 'suppress-bounce',
    code: 605,
    message: '',
    description: 'Not delivering to previously bounced address',
  },
  suppressedUnsubscribe: {
    reason: 'suppress-unsubscribe',
    code: 606,
    message: '',
    description: 'Not delivering to unsubscribed address',
  },
  suppressedComplaint: {
    reason: 'suppress-complaint',
    code: 607,
    message: '',
    description: 'Not delivering to a user who marked your messages as spam',
  },
};

const RETRIES_AFTER_SECONDS = [600, 900, 1800, 3600, 7200, 14_400];

/** `reason` and `delivery-status` of a failure. */
export function failureFields(event: MailEvent, shape: number): EventJson {
  if (event.happening === 'bouncedLate') {
    return { reason: 'generic', 'delivery-status': delayedBounceStatus(shape) };
  }
  const failure = failureOf(event, shape);
  return {
    reason: failure.reason,
    'delivery-status': {
      'attempt-no': event.happening === 'tooOld' ? 8 : event.occurrence,
      code: failure.code,
      message: failure.message,
      ...(failure.description === undefined
        ? [{ description: null }, { description: '' }, {}][shape % 3]
        : { description: failure.description }),
      'session-seconds': failure.code >= 600 ? 0 : 0.2 + (shape % 700) / 1000,
      ...(failure.enhanced !== undefined && { 'enhanced-code': failure.enhanced }),
      ...(failure.bounceType !== undefined && { 'bounce-type': failure.bounceType }),
      ...(event.happening === 'deferred' && {
        'retry-seconds': RETRIES_AFTER_SECONDS[event.occurrence - 1] ?? 14_400,
      }),
      ...(failure.code < 600 && {
        'mx-host': 'mx1.example.com',
        'certificate-verified': true,
        tls: true,
        utf8: true,
        'first-delivery-attempt-seconds': 0.066,
      }),
    },
  };
}

function failureOf({ happening }: MailEvent, shape: number): Failure {
  const choices = happening === 'bounced' ? BOUNCES : DEFERRALS;
  const chosen = OTHERS[happening] ?? choices[(shape >>> 4) % choices.length];
  if (chosen === undefined) throw new Error(`no failure is written for ${happening}`);
  return chosen;
}

function delayedBounceStatus(shape: number): EventJson {
  return {
    'bounce-code': '5.1.1',
    code: 550,
    'enhanced-code': '5.1.1',
    message: '5.1.1 The email account that you tried to reach does not exist',
    description: [null, ''][shape % 2],
  };
}
