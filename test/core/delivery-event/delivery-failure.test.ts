import fc from 'fast-check';
import {
  readFailure,
  type FailureCause,
} from '../../../lambdas/core/delivery-event/delivery-failure';
import { aFailure, webhookEvent } from '../../support/builders/webhooks';

const causeOf = (status: Parameters<typeof aFailure>[0]['status'], reason = 'bounce') =>
  readFailure(aFailure({ reason, status }), true).cause;

describe('the cause of a permanent failure', () => {
  it.each<[string, FailureCause]>([
    ['failed-permanent-bounce', 'dead-mailbox'],
    ['failed-permanent-bounce-2018-shape', 'dead-mailbox'],
    ['failed-permanent-bounce-soft', 'mailbox-full'],
    ['failed-permanent-espblock', 'blocked'],
    ['failed-permanent-generic-policy', 'blocked'],
    ['failed-permanent-suppress-bounce', 'suppressed-bounce'],
    ['failed-permanent-suppress-complaint', 'suppressed-complaint'],
    ['failed-permanent-suppress-unsubscribe', 'suppressed-unsubscribe'],
  ])('in %s is %s', (name, cause) => {
    expect(readFailure(webhookEvent(name), true).cause).toBe(cause);
  });

  // What large providers and common mail servers answer, with Mailgun's reason `bounce`.
  it.each<[number, string, FailureCause]>([
    [550, '5.1.1 The email account that you tried to reach does not exist.', 'dead-mailbox'],
    [550, '5.2.1 The email account that you tried to reach is disabled.', 'dead-mailbox'],
    [
      550,
      '5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages',
      'blocked',
    ],
    [550, '5.5.0 Requested action not taken: mailbox unavailable (S2017062302).', 'dead-mailbox'],
    [550, 'Requested action not taken: mailbox unavailable', 'dead-mailbox'],
    [550, '5.4.1 Recipient address rejected: Access denied. AS(201806281)', 'dead-mailbox'],
    [
      550,
      '5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
      'dead-mailbox',
    ],
    [554, "delivery error: dd This user doesn't have a yahoo.com account", 'dead-mailbox'],
    [
      554,
      '30 Sorry, your message cannot be delivered. This mailbox is disabled (554.30).',
      'dead-mailbox',
    ],
    [552, '1 Requested mail action aborted, mailbox not found', 'dead-mailbox'],
    [550, '5.1.1 user unknown', 'dead-mailbox'],
    [550, 'User unknown in virtual mailbox table', 'dead-mailbox'],
    [550, 'No such user here', 'dead-mailbox'],
    [550, 'Unknown local part', 'dead-mailbox'],
    [550, 'Invalid recipient', 'dead-mailbox'],
    [550, 'Unrouteable address', 'dead-mailbox'],
    [556, '5.1.10 Domain has a null MX', 'dead-mailbox'],
    [
      550,
      "5.7.1 Unfortunately, messages from [198.51.100.10] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).",
      'blocked',
    ],
    [
      550,
      "SC-001 Unfortunately, messages from 198.51.100.10 weren't sent: our block list (S3140).",
      'blocked',
    ],
    [
      550,
      '5.7.515 Access denied, sending domain does not meet the required authentication level.',
      'blocked',
    ],
    [554, '5.7.9 Message not accepted for policy reasons.', 'blocked'],
    [550, '5.7.26 This mail is unauthenticated, which poses a security risk', 'blocked'],
    [550, '5.7.1 Our system has detected that this message is likely unsolicited mail.', 'blocked'],
    [
      554,
      'Service unavailable; Client host [198.51.100.10] blocked using zen.spamhaus.org',
      'blocked',
    ],
    [550, 'Sender verify failed: No such user', 'blocked'],
    [550, 'Verification failed for <x>. Unrouteable address. Sender verify failed', 'blocked'],
    [550, '5.1.1 Sender address does not exist: user unknown', 'blocked'],
    [550, 'Unknown sender: no such user here', 'blocked'],
    [550, 'Could not complete sender verify callout: mailbox unavailable', 'blocked'],
    [550, 'Cannot verify sender, no such user', 'blocked'],
    [553, 'Return path does not resolve: no such user', 'blocked'],
    [550, 'Rejected due to poor reputation', 'blocked'],
    [550, '5.1.8 Sender address rejected: Domain not found', 'blocked'],
    [550, '5.1.0 sender rejected : invalid sender domain', 'blocked'],
    [552, '5.2.2 Mailbox full', 'mailbox-full'],
    [
      552,
      '5.2.2 The email account that you tried to reach is over quota and inactive.',
      'mailbox-full',
    ],
    [550, 'Quota exceeded (mailbox for user is full)', 'mailbox-full'],
    [452, '4.2.2 The email account that you tried to reach is over quota.', 'mailbox-full'],
    [452, '4.3.1 Insufficient system storage', 'mailbox-full'],
    [421, '4.7.0 temporarily deferred due to user complaints', 'expired'],
    [451, 'Try again later', 'expired'],
    [554, 'Transaction failed', 'other'],
    [550, 'Administrative prohibition', 'other'],
    [550, '', 'other'],
  ])('in %i %s', (code, message, cause) => {
    expect(causeOf({ code, message })).toBe(cause);
  });

  it.each<[number, FailureCause]>([
    [498, 'unreachable'],
    [499, 'unreachable'],
    [602, 'expired'],
    [605, 'suppressed-bounce'],
    [606, 'suppressed-unsubscribe'],
    [607, 'suppressed-complaint'],
    [625, 'other'],
  ])("behind Mailgun's own code %i is %s", (code, cause) => {
    expect(causeOf({ code, message: '' }, 'generic')).toBe(cause);
  });

  it.each<[string, FailureCause]>([
    ['old', 'expired'],
    ['espblock', 'blocked'],
    ['blacklisted', 'blocked'],
    ['spam', 'blocked'],
    ['virus', 'blocked'],
    ['ratelimit', 'blocked'],
    ['overquota', 'mailbox-full'],
    ['suppress-bounce', 'suppressed-bounce'],
    ['SUPPRESS-COMPLAINT', 'suppressed-complaint'],
    ['hardfail', 'other'],
    ['unknown', 'other'],
    ['something-new', 'other'],
  ])("behind Mailgun's reason %s is %s", (reason, cause) => {
    expect(causeOf(null, reason)).toBe(cause);
  });

  it('is a block where Mailgun says so, even with the code of a dead mailbox', () => {
    expect(causeOf({ code: 550, 'enhanced-code': '5.1.1', message: '' }, 'espblock')).toBe(
      'blocked',
    );
  });

  it('is the last of a series of deferrals, even with the code of a dead mailbox', () => {
    expect(causeOf({ code: 602, message: '5.1.1 Too old' }, 'old')).toBe('expired');
  });

  it.each([
    ['hard', 'dead-mailbox'],
    ['soft', 'other'],
    [undefined, 'other'],
  ])('with nothing but the bounce type %s is %s', (bounceType, cause) => {
    expect(causeOf({ code: 550, message: 'Not today', 'bounce-type': bounceType })).toBe(cause);
  });

  it.each([
    ['its own field', { code: 550, 'enhanced-code': '5.1.1', message: 'x' }],
    ['the bounce code of a delayed bounce', { code: 550, 'bounce-code': '5.1.1', message: 'x' }],
    ['the message', { code: 550, 'enhanced-code': null, message: '5.1.1 x' }],
    ['the description', { code: 550, 'enhanced-code': '', message: '', description: 'x 5.1.1' }],
  ])('is judged by an enhanced code in %s', (_where, status) => {
    expect(readFailure(aFailure({ status }), true)).toMatchObject({
      cause: 'dead-mailbox',
      enhancedCode: '5.1.1',
    });
  });

  it.each([
    'Connection from 5.1.1.23 refused',
    'Refused by Gateway v5.1.1',
    'Refused by Gateway version 5.1.1',
    'Refused by Gateway/5.1.1 on port 25',
    'Refused by Gateway-5.1.1.',
    'Refused, ticket 15.1.1',
    'Refused, ticket 5.1.1000',
    'Refused, ticket 5.1.1a',
  ])('does not take what is no enhanced code for one: %s', (message) => {
    expect(readFailure(aFailure({ status: { code: 554, message } }), true)).toMatchObject({
      cause: 'other',
      enhancedCode: undefined,
    });
  });

  it.each(['550-5.1.1 x', '(5.1.1)', 'smtp;550 #5.1.1', 'Code 5.1.1. Sorry', 'x 5.1.1'])(
    'finds the enhanced code in %s',
    (message) => {
      expect(readFailure(aFailure({ status: { code: 550, message } }), true)).toMatchObject({
        cause: 'dead-mailbox',
        enhancedCode: '5.1.1',
      });
    },
  );

  it.each([
    ['for ada@example.com', 'withheld'],
    ['ada%40example.com', 'withheld'],
    ['Something New', 'something_new'],
  ])('keeps the reason %s as %s', (reason, kept) => {
    expect(readFailure(aFailure({ reason }), true).reason).toBe(kept);
  });

  it.each([
    ['a dead mailbox', { code: 550, 'bounce-code': '5.1.1', message: '' }, 'dead-mailbox'],
    [
      'a dead mailbox by its text only',
      {
        code: 550,
        'bounce-code': '5.0.0',
        message: 'smtp; The email account that you tried to reach does not exist.',
      },
      'dead-mailbox',
    ],
    [
      'a routing loop',
      { code: 550, 'bounce-code': '5.4.14', message: 'hop count exceeded' },
      'other',
    ],
  ])('of a delayed bounce is %s', (_what, status, cause) => {
    const delayed = aFailure({ reason: 'generic', status, flags: { 'is-delayed-bounce': true } });

    expect(readFailure(delayed, true)).toMatchObject({ cause, delayed: true });
  });

  it('of anything else is found without an error, in bounded time', () => {
    const status = fc.dictionary(
      fc.constantFrom('code', 'message', 'description', 'enhanced-code', 'bounce-type'),
      fc.oneof(fc.jsonValue(), fc.string({ maxLength: 5_000 })),
    );

    fc.assert(
      fc.property(status, fc.string(), (fields, reason) => {
        expect(typeof causeOf(fields, reason)).toBe('string');
      }),
    );
  });
});

describe('a temporary failure', () => {
  it.each([
    'failed-temporary-connection-680',
    'failed-temporary-generic-421',
    'failed-temporary-greylisted-450',
    'failed-temporary-mailbox-full-452',
    'failed-temporary-ratelimit-421-4.7.0',
  ])('in %s has no cause that outlasts it', (name) => {
    expect(readFailure(webhookEvent(name), false).cause).toBe('temporary');
  });

  it('keeps the codes and the reason', () => {
    expect(readFailure(webhookEvent('failed-temporary-ratelimit-421-4.7.0'), false)).toEqual({
      cause: 'temporary',
      reason: 'ratelimit',
      code: 421,
      enhancedCode: '4.7.0',
      delayed: false,
    });
  });
});
