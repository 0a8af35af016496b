import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemsOf } from '../../client/problems';
import { sendRequestJsonSchema } from '../../client/send-request-json-schema';
import { sendRequestSchema } from '../../client/send-request';
import { aCampaign, aSendRequest } from './builders';

const problemsIn = (request: unknown): string[] => {
  const parsed = sendRequestSchema.safeParse(request);
  return parsed.success ? [] : problemsOf(parsed.error, request);
};
const withMessage = (changes: Record<string, unknown>) =>
  aSendRequest({ message: { ...aCampaign().message, ...changes } });
const withRecipient = (recipient: unknown) => aSendRequest({ recipients: [recipient] });

describe('send request', () => {
  it('is taken with nothing but the required fields', () => {
    expect(problemsIn(aSendRequest())).toEqual([]);
  });

  it('is taken with every field', () => {
    const request = {
      ...aSendRequest({ campaign: { name: 'Spring sale', expectedRecipients: 10_000 } }),
      message: {
        from: 'Acme <news@mg.example.com>',
        replyTo: 'help@example.com',
        subject: 'Hi %recipient.first%',
        text: 'text',
        ampHtml: '<html amp4email></html>',
        template: { name: 'spring', version: 'v2', renderText: true, variables: { a: [1, null] } },
        headers: { 'X-Campaign': 'spring' },
        tags: ['spring'],
        tracking: { opens: true, clicks: 'htmlonly' },
        unsubscribe: { url: 'https://example.com/u?u=%recipient.u%' },
        deliverAt: '2026-12-01T09:00:00Z',
        requireTls: false,
        testMode: true,
      },
      recipients: [
        {
          email: 'ada@example.com',
          name: 'Ada "the first" <Lovelace>',
          ref: 'crm-42',
          variables: { first: 'Ada', points: 12.5, vip: true },
        },
      ],
    };

    expect(problemsIn(request)).toEqual([]);
  });

  it('takes what is no address, for the report to count as invalid', () => {
    expect(problemsIn(withRecipient({ email: 'ada at example' }))).toEqual([]);
  });

  it.each([
    ['another version', aSendRequest({ version: 2 }), 'version: received 2, expected 1'],
    ['no version', aSendRequest({ version: undefined }), 'version: received nothing, expected 1'],
    [
      'an id with a space',
      aSendRequest({ accountId: 'ac me' }),
      'accountId: received text of 5 characters, expected to be 1 to 64 of A-Z a-z 0-9 _ -',
    ],
    [
      'a number as an id',
      aSendRequest({ batchId: 1 }),
      'batchId: received a number, expected string',
    ],
    [
      'an upper-case domain',
      aSendRequest({ domain: 'MG.example.com' }),
      'domain: received text of 14 characters, expected to be a lower-case domain name',
    ],
    [
      'a field of no meaning',
      aSendRequest({ priority: 1 }),
      'request: received the key priority, expected no such key',
    ],
    [
      'an address as a field',
      aSendRequest({ 'ada@example.com': 1 }),
      'request: received the key (a key of 15 characters), expected no such key',
    ],
    [
      'no recipients',
      aSendRequest({ recipients: [] }),
      'recipients: received a list of 0 items, expected at least 1 item',
    ],
    [
      'too many recipients',
      aSendRequest({ recipients: Array.from({ length: 1001 }, () => ({ email: 'a@b.co' })) }),
      'recipients: received a list of 1001 items, expected at most 1000 items',
    ],
    [
      'a recipient without an address',
      withRecipient({ name: 'Ada' }),
      'recipients[0].email: received nothing, expected string',
    ],
    [
      'a line break in a name',
      withRecipient({ email: 'a@b.co', name: 'Ada\r\nBcc: eve@example.com' }),
      'recipients[0].name: received text of 25 characters, expected not to contain control characters',
    ],
    [
      'a variable whose key is ours',
      withRecipient({ email: 'a@b.co', variables: { _ref: '1' } }),
      'recipients[0].variables._ref: received it as a key, but a key must be 1 to 64 of A-Z a-z 0-9 _ - and not begin with _ or -',
    ],
    [
      'a variable that is a list',
      withRecipient({ email: 'a@b.co', variables: { first: ['Ada'] } }),
      'recipients[0].variables.first: received a list of 1 item, expected string or number or boolean',
    ],
    [
      'a header that another field sets',
      withMessage({ headers: { BCC: 'eve@example.com' } }),
      'message.headers.BCC: received it as a key, but a key must not be a header that another field or the sender sets',
    ],
    [
      'a header that commands Mailgun',
      withMessage({ headers: { 'X-Mailgun-Variables': '{}' } }),
      'message.headers.X-Mailgun-Variables: received it as a key, but a key must not be a header that another field or the sender sets',
    ],
    [
      'a tag outside ASCII',
      withMessage({ tags: ['frühling'] }),
      'message.tags[0]: received text of 8 characters, expected to be printable ASCII',
    ],
    [
      'an unsubscribe link without TLS',
      withMessage({ unsubscribe: { url: 'http://example.com' } }),
      'message.unsubscribe.url: received text of 18 characters, expected to begin with https://',
    ],
    [
      'another way to unsubscribe',
      withMessage({ unsubscribe: 'someday' }),
      'message.unsubscribe: received text of 7 characters, expected "mailgun" or "none" or object',
    ],
    [
      'a time without a zone',
      withMessage({ deliverAt: '2026-12-01T09:00:00' }),
      'message.deliverAt: received text of 19 characters, expected a time in UTC such as 2026-12-01T09:00:00Z',
    ],
    [
      'both html and a template',
      withMessage({ html: '<p>', template: { name: 'spring' } }),
      'message.template: received an object, expected not to have both html and template',
    ],
    [
      'nothing to read',
      withMessage({ text: undefined }),
      'message: received an object, expected to have text, html, ampHtml or template',
    ],
    [
      'no subject',
      withMessage({ subject: undefined }),
      'message.subject: received nothing, expected to have a subject unless a template provides it',
    ],
    ['no object at all', 'hello', 'request: received text of 5 characters, expected object'],
    ['null', null, 'request: received null, expected object'],
  ])('refuses %s', (_what, request, problem) => {
    expect(problemsIn(request)).toEqual([problem]);
  });

  it('never quotes what it was given', () => {
    const secret = 'eve@example.com';
    const request = aSendRequest({
      accountId: secret,
      domain: secret,
      [secret]: secret,
      message: { [secret]: secret, headers: { [secret]: secret }, tracking: secret },
      recipients: [{ email: [secret], name: `${secret}\n`, variables: { [secret]: secret } }],
    });

    expect(problemsIn(request).join('\n')).not.toContain('eve');
  });
});

describe('JSON Schema of the send request', () => {
  it('is the current one: `npm run schema` writes it', () => {
    const file = join(process.cwd(), 'client/send-request.schema.json');

    expect(readFileSync(file, 'utf8')).toBe(sendRequestJsonSchema());
  });

  it('says what the message rules say', () => {
    const { properties } = JSON.parse(sendRequestJsonSchema()) as {
      properties: { message: Record<string, unknown> };
    };

    expect(properties.message).toMatchObject({
      not: { required: ['html', 'template'] },
      required: ['from'],
      additionalProperties: false,
    });
  });
});
