import * as fc from 'fast-check';
import type { SendRequest } from '../../client/send-request';
import { fieldsOf, prepareBatch } from '../../lambdas/send-batch/batch-work';
import { parseRequest } from '../../lambdas/send-batch/parse-request';
import { aSendingDomain } from '../support/builders/sending-domains';
import { aSendRequest } from '../support/builders/send-requests';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const domains = {
  'mg.example.com': aSendingDomain(),
};

const compose = (over: Partial<SendRequest> = {}, nowMs = NOW) => {
  const request = aSendRequest(over);
  const work = prepareBatch(parseRequest(JSON.stringify(request)), domains, 'pepper', NOW);
  const positions = work.audience.addresses.flatMap((address, at) =>
    address === undefined ? [] : [at],
  );
  return fieldsOf(work, { path: '/', positions, messageId: 'id@mg.example.com', nowMs });
};
const composeMessage = (message: Partial<SendRequest['message']>, nowMs?: number) =>
  compose({ message: { ...aSendRequest().message, ...message } }, nowMs);
const variablesIn = (fields: ReturnType<typeof compose>) =>
  JSON.parse(String(fields['recipient-variables'])) as Record<string, Record<string, unknown>>;

it('gives every recipient an entry with every key, empty where it has no value', () => {
  expect(variablesIn(compose())).toEqual({
    'ada@example.com': { first: 'Ada' },
    'bob@example.com': { first: 'Bob' },
    'cyd@example.com': { first: '' },
  });
});

it('gives every recipient a value for each placeholder, wherever it stands', () => {
  const fields = composeMessage({
    text: '%recipient.a%',
    html: '<p>%recipient.b%</p>',
    headers: { 'X-C': '%recipient.c%' },
    unsubscribe: { url: 'https://example.com/u?u=%recipient.d%' },
  });

  expect(Object.keys(variablesIn(fields)['cyd@example.com'] ?? {}).sort()).toEqual([
    'a',
    'b',
    'c',
    'd',
    'first',
  ]);
});

it('leaves no placeholder as it stands, whatever its name', () => {
  const fields = composeMessage({
    text: '%recipient.first name% %recipient.prénom% %recipient.a.b%',
  });

  expect(variablesIn(fields)['ada@example.com']).toMatchObject({
    'first name': '',
    prénom: '',
    'a.b': '',
  });
});

it('finds no value where the name of a key is one of JavaScript', () => {
  const fields = composeMessage({ text: '%recipient.constructor% %recipient.toString%' });

  expect(variablesIn(fields)['ada@example.com']).toMatchObject({ constructor: '', toString: '' });
});

it('carries the references of recipients, and the ids that tie events to the batch', () => {
  const fields = compose({
    recipients: [{ email: 'ada@example.com', ref: 'crm-42' }, { email: 'bob@example.com' }],
  });

  expect(fields).toMatchObject({
    'v:batch': 'acme/spring-sale/000001',
    'v:path': '/',
    'v:tag': expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    'v:ref': '%recipient._ref%',
    'o:suppress-headers': 'X-Mailgun-Variables',
    'h:Message-Id': '<id@mg.example.com>',
  });
  expect(variablesIn(fields)).toMatchObject({
    'ada@example.com': { _ref: 'crm-42' },
    'bob@example.com': { _ref: '' },
  });
});

it('writes names as quoted strings, so that nothing in them has a meaning', () => {
  const fields = compose({
    recipients: [
      { email: 'Ada@Example.com', name: 'Lovelace, "Ada" <x@y>' },
      { email: 'bob@example.com', name: 'Bob \\ Böb' },
    ],
  });

  expect(fields['to']).toBe(
    '"Lovelace, \\"Ada\\" <x@y>" <ada@example.com>, "Bob \\\\ Böb" <bob@example.com>',
  );
});

it.each([
  [
    { opens: true, clicks: 'htmlonly' as const },
    { 'o:tracking-opens': 'yes', 'o:tracking-clicks': 'htmlonly' },
  ],
  [
    { opens: false, clicks: false },
    { 'o:tracking-opens': 'no', 'o:tracking-clicks': 'no' },
  ],
])('asks for tracking %j', (tracking, fields) => {
  expect(composeMessage({ tracking })).toMatchObject(fields);
});

it('leaves tracking to the domain where the request says nothing', () => {
  expect(Object.keys(compose()).filter((name) => name.startsWith('o:tracking'))).toEqual([]);
});

it('sends tags once each, whatever their case', () => {
  expect(composeMessage({ tags: ['Spring', 'spring', 'news'] })['o:tag']).toEqual([
    'spring',
    'news',
  ]);
});

it('uses a template with its version, text and variables', () => {
  const { text, ...message } = aSendRequest().message;
  const fields = compose({
    message: {
      ...message,
      template: { name: 'welcome', version: 'v2', renderText: true, variables: { year: 2026 } },
    },
  });

  expect(text).toBeDefined();
  expect(fields).toMatchObject({
    template: 'welcome',
    't:version': 'v2',
    't:text': 'yes',
    't:variables': '{"year":2026}',
  });
});

it.each([
  [undefined, '<%unsubscribe_url%>'],
  ['mailgun' as const, '<%unsubscribe_url%>'],
  [{ url: 'https://example.com/u' }, '<https://example.com/u>'],
])('offers one-click unsubscribe: %j', (unsubscribe, header) => {
  expect(composeMessage(unsubscribe === undefined ? {} : { unsubscribe })).toMatchObject({
    'h:List-Unsubscribe': header,
    'h:List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  });
});

it('offers none where the producer wants none', () => {
  expect(
    Object.keys(composeMessage({ unsubscribe: 'none' })).filter((name) => /unsub/i.test(name)),
  ).toEqual([]);
});

it('schedules in RFC 2822 form, and not what is due already', () => {
  expect(composeMessage({ deliverAt: '2026-11-24T09:00:00Z' })['o:deliverytime']).toBe(
    'Tue, 24 Nov 2026 09:00:00 +0000',
  );
  expect(composeMessage({ deliverAt: '2026-11-23T11:59:00Z' })).not.toHaveProperty(
    'o:deliverytime',
  );
  const dueMeanwhile = Date.parse('2026-11-24T10:00:00Z');
  expect(composeMessage({ deliverAt: '2026-11-24T09:00:00Z' }, dueMeanwhile)).not.toHaveProperty(
    'o:deliverytime',
  );
});

it('passes headers, reply address, TLS and test mode on', () => {
  const fields = composeMessage({
    headers: { 'X-Campaign': 'spring' },
    replyTo: 'help@example.com',
    requireTls: true,
    testMode: true,
  });

  expect(fields).toMatchObject({
    'h:X-Campaign': 'spring',
    'h:Reply-To': 'help@example.com',
    'o:require-tls': 'yes',
    'o:testmode': 'yes',
  });
});

it('has no empty field: the client library would drop it', () => {
  for (const value of Object.values(compose())) expect(value).not.toBe('');
});

it('names exactly the recipients it mails in the variables, whoever they are', () => {
  const anEmail = fc.oneof(
    fc.constantFrom(
      'ada@example.com',
      'ADA@example.com ',
      'bob@example.com',
      'nobody',
      '@',
      'é@x.y',
    ),
    fc.emailAddress(),
  );
  fc.assert(
    fc.property(fc.array(anEmail, { minLength: 1, maxLength: 30 }), (emails) => {
      const request = aSendRequest({ recipients: emails.map((email) => ({ email })) });
      const work = prepareBatch(parseRequest(JSON.stringify(request)), domains, 'pepper', NOW);
      const { invalid, duplicate, addresses } = work.audience;
      const positions = emails.flatMap((_email, at) =>
        invalid.has(at) || duplicate.has(at) ? [] : [at],
      );

      const fields = fieldsOf(work, { path: '/', positions, messageId: 'id@x.y', nowMs: NOW });

      const mailed = Object.keys(variablesIn(fields)).sort();
      expect(mailed).toEqual(positions.map((at) => addresses[at]).sort());
      expect(mailed).toHaveLength(emails.length - invalid.size - duplicate.size);
      for (const own of Object.values(variablesIn(fields)))
        expect(Object.keys(own)).toEqual(['first']);
    }),
  );
});
