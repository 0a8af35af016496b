import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import {
  formOf,
  startLaboratory,
  stopLaboratories,
  type Field,
  type Laboratory,
} from './api-client';

const FROM: Field = ['from', 'Acme <news@mg.example.com>'];
const TO: Field = ['to', 'ada@example.com'];
const TEXT: Field = ['text', 'Hello'];
const GOOD = [FROM, TO, TEXT];

let mailgun: Laboratory;

beforeAll(async () => {
  mailgun = await startLaboratory({
    domains: [
      'mg.example.com',
      { name: 'sandbox.example.com', sandbox: true, authorisedRecipients: ['me@example.com'] },
      { name: 'free.example.com', freeAccount: true },
      { name: 'new.example.com', state: 'unverified' },
      { name: 'off.example.com', state: 'disabled' },
      { name: 'young.example.com', largeBatchCap: 1 },
    ],
  });
});
afterAll(stopLaboratories);

const addresses = (count: number) =>
  Array.from({ length: count }, (_, index): Field => ['to', `r${String(index)}@example.com`]);
const NEED_CONTENT =
  "Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified";
const TOO_MUCH = 'Send options (parameters starting with o:, h:, or v:) are limited to 16 kB total';

describe('a call of /messages is refused', () => {
  it.each<[string, readonly Field[], string]>([
    ['without from', [TO, TEXT], 'from parameter is missing'],
    ['without to', [FROM, TEXT], 'to parameter is missing'],
    ['without content', [FROM, TO], NEED_CONTENT],
    [
      'with html and template',
      [...GOOD, ['html', 'x'], ['template', 't']],
      "Only one parameters 'html' or 'template' is allowed",
    ],
    ['with an unknown template', [FROM, TO, ['template', 't']], "template 't' not found"],
    ['with options over 16 kB', [...GOOD, ['v:x', 'x'.repeat(16_382)]], TOO_MUCH],
    ['with 1,001 recipients', [FROM, TEXT, ...addresses(1001)], 'Too many recipients, max is 1000'],
    [
      'with 1,000 recipients and one in cc',
      [FROM, TEXT, ...addresses(1000), ['cc', 'c@example.com']],
      'Too many recipients, max is 1000',
    ],
    [
      'with a header that is not ASCII',
      [...GOOD, ['h:X-Grüße', 'x']],
      'Header name must be pure ASCII: X-Grüße',
    ],
    [
      'with a delivery time that is no date',
      [...GOOD, ['o:deliverytime', 'tomorrow']],
      'tomorrow is not an RFC-2822 compliant date',
    ],
    [
      'with a delivery time in ISO 8601',
      [...GOOD, ['o:deliverytime', '2030-01-01T00:00:00Z']],
      '2030-01-01T00:00:00Z is not an RFC-2822 compliant date',
    ],
    [
      'with a delivery time too far ahead',
      [...GOOD, ['o:deliverytime', 'Fri, 01 Jan 2100 10:00:00 +0000']],
      'Fri, 01 Jan 2100 10:00:00 +0000 is not a valid time to send',
    ],
    [
      'with a delivery window too short',
      [...GOOD, ['o:deliver-within', '4m']],
      'invalid delivery time format',
    ],
    [
      'with an optimisation period out of range',
      [...GOOD, ['o:deliverytime-optimize-period', '80h']],
      'invalid delivery time format',
    ],
    [
      'with a local time that is none',
      [...GOOD, ['o:time-zone-localize', '25:00']],
      '25:00 invalid 24 hour time',
    ],
    [
      'with one bad address among many',
      [FROM, TEXT, ...addresses(3), ['to', 'no-domain@']],
      "'to' parameter is not a valid address. please check documentation",
    ],
    [
      'with a bad address in a list',
      [FROM, TEXT, ['to', 'a@example.com, b@@example.com']],
      "'to' parameter is not a valid address. please check documentation",
    ],
    [
      'with a line break in an address',
      [FROM, TEXT, ['to', 'a@example.com\r\nBcc: b@example.com']],
      "'to' parameter is not a valid address. please check documentation",
    ],
    [
      'with a bad from',
      [['from', 'Acme'], TO, TEXT],
      "'from' parameter is not a valid address. please check documentation",
    ],
    [
      'with a bad cc',
      [...GOOD, ['cc', 'x']],
      "'cc' parameter is not a valid address. please check documentation",
    ],
    [
      'with recipient variables that are no JSON',
      [...GOOD, ['recipient-variables', '{']],
      "'recipient-variables' parameter is not a valid JSON",
    ],
    [
      'with recipient variables that are a list',
      [...GOOD, ['recipient-variables', '[]']],
      "'recipient-variables' parameter is not a valid JSON",
    ],
  ])('%s', async (_cause, fields, message) => {
    const answer = await mailgun.send(fields);

    expect(answer).toMatchObject({ status: 400, json: { message } });
  });

  it('for a domain it does not know', async () => {
    const answer = await mailgun.call('POST', '/v3/other.example/messages', { body: formOf(GOOD) });

    expect(answer).toMatchObject({
      status: 404,
      json: { message: 'Domain not found: other.example' },
    });
  });

  it.each([
    ['without a key', ''],
    ['with a wrong key', `Basic ${btoa('api:wrong')}`],
    ['with a wrong user', `Basic ${btoa('user:local-mailgun-api-key')}`],
  ])('%s, in plain text', async (_cause, authorization) => {
    const answer = await mailgun.call('POST', '/v3/mg.example.com/messages', {
      headers: { authorization },
      body: formOf(GOOD),
    });

    expect([answer.status, answer.text]).toEqual([401, 'Forbidden']);
  });

  it.each([
    ['application/x-www-form-urlencoded', 'from=a', "but got 'application/x-www-form-urlencoded'"],
    ['application/json', '{}', "but got 'application/json'"],
    ['multipart/form-data; boundary=x', '--x\r\nbroken', 'malformed multipart/form-data request'],
    ['multipart/form-data; boundary=x', '', 'unable to parse request: unexpected EOF'],
  ])('as %s with the body %j', async (contentType, body, text) => {
    const answer = await mailgun.call('POST', '/v3/mg.example.com/messages', {
      headers: {
        authorization: `Basic ${btoa('api:local-mailgun-api-key')}`,
        'content-type': contentType,
      },
      body,
    });

    expect(answer.status).toBe(400);
    expect(answer.json.message).toContain(text);
  });

  it.each([
    ['sandbox.example.com', 400, 'Sandbox subdomains are for test purposes only.'],
    ['free.example.com', 400, 'Free accounts are for test purposes only.'],
    ['new.example.com', 400, 'The domain is unverified and requires DNS configuration.'],
    ['off.example.com', 403, 'domain disabled'],
  ])('by the standing of %s', async (domain, status, text) => {
    const answer = await mailgun.call('POST', `/v3/${domain}/messages`, { body: formOf(GOOD) });

    expect(answer.status).toBe(status);
    expect(answer.json.message).toContain(`Domain ${domain} is not allowed to send: ${text}`);
  });

  it('when it is a large batch of a young domain', async () => {
    const body = formOf([...GOOD, ['to', 'bob@example.com']]);
    const answer = await mailgun.call('POST', '/v3/young.example.com/messages', { body });

    expect(answer).toMatchObject({
      status: 403,
      json: { message: 'Domain young.example.com is not allowed to send large batches yet' },
    });
  });

  it('when the message is over 25 MB, or the request over 52.4 MiB', async () => {
    const attachment = (megabytes: number): Field => [
      'attachment',
      new Blob([Buffer.alloc(megabytes << 20)]),
    ];

    const message = await mailgun.send([...GOOD, attachment(26)]);
    const request = await mailgun.send([...GOOD, attachment(53)]);

    expect([message.status, message.json]).toEqual([
      413,
      { message: 'message size exceeds 25MiB limit' },
    ]);
    expect([request.status, request.json]).toEqual([
      413,
      { message: 'request size exceeds 52.4MiB limit' },
    ]);
  });
});

describe('a call of /messages.mime', () => {
  const sendMime = (fields: readonly Field[]) =>
    mailgun.call('POST', '/v3/mg.example.com/messages.mime', { body: formOf(fields) });

  it.each<[string, readonly Field[], string]>([
    ['without a message', [TO], 'message parameter is missing'],
    ['with a message that is no file', [TO, ['message', 'x']], "'message' parameter is not a file"],
  ])('is refused %s', async (_cause, fields, message) => {
    expect(await sendMime(fields)).toMatchObject({ status: 400, json: { message } });
  });

  it('takes its id and subject from the message', async () => {
    const mime = 'Message-ID: <mime-1@mg.example.com>\r\nSubject: From MIME\r\n\r\nHello';

    const answer = await sendMime([TO, ['message', new Blob([mime])]]);

    expect(answer.json.id).toBe('<mime-1@mg.example.com>');
  });
});

describe('a call of /messages is taken', () => {
  it('compressed', async () => {
    const plain = new Response(formOf(GOOD));
    const body = gzipSync(Buffer.from(await plain.arrayBuffer()));
    const answer = await mailgun.call('POST', '/v3/mg.example.com/messages', {
      headers: {
        authorization: `Basic ${btoa('api:local-mailgun-api-key')}`,
        'content-type': plain.headers.get('content-type') ?? '',
        'content-encoding': 'gzip',
      },
      body,
    });

    expect(answer).toMatchObject({ status: 200, json: { message: 'Queued. Thank you.' } });
  });

  it.each<[string, Field]>([
    ['a delivery time in RFC 2822', ['o:deliverytime', 'Fri, 01 Jan 2021 10:00:00 -0700']],
    ['a delivery time in epoch seconds', ['o:deliverytime', '1609459200']],
    ['exactly 16 kB of options', ['v:x', 'x'.repeat(16_381)]],
    ['a name with a comma', ['to', '"Doe, Jane" <jane@example.com>, bob@example.com']],
    ['empty recipient variables', ['recipient-variables', '{}']],
  ])('with %s', async (_cause, field) => {
    expect(await mailgun.send([...GOOD, field])).toMatchObject({ status: 200 });
  });

  it('from a sandbox to an authorised recipient', async () => {
    const body = formOf([FROM, TEXT, ['to', 'Me <ME@example.com>']]);

    expect(await mailgun.call('POST', '/v3/sandbox.example.com/messages', { body })).toMatchObject({
      status: 200,
    });
  });

  it('with a template that is stored', async () => {
    await mailgun.call('POST', '/v3/mg.example.com/templates', {
      body: formOf([
        ['name', 'welcome'],
        ['template', 'Hi {{first}}'],
      ]),
    });

    expect(await mailgun.send([FROM, TO, ['template', 'welcome']])).toMatchObject({ status: 200 });
  });
});

it('answers a slash in the sending domain with a success that is none', async () => {
  const answer = await mailgun.call('POST', '/v3/a/b/messages', { body: formOf(GOOD) });

  expect([answer.status, answer.text]).toEqual([200, 'Mailgun Magnificent API']);
});

it('answers an unknown endpoint with 404 that is not JSON', async () => {
  const answer = await mailgun.call('GET', '/v3/nothing/at/all');

  expect([answer.status, answer.json]).toEqual([404, undefined]);
});

it('survives a path that is no URL', async () => {
  const { hostname, port } = new URL(mailgun.url);
  const status = await new Promise((resolve, reject) => {
    request({ hostname, port, path: '//' }, (response) => resolve(response.statusCode))
      .on('error', reject)
      .end();
  });

  expect(status).toBe(401);
});
