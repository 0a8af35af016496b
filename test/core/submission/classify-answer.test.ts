import type { Answer } from '../../../lambdas/core/submission/answer';
import { classifyAnswer, classifyFault } from '../../../lambdas/core/submission/classify-answer';

const NOW = Date.parse('2026-11-23T12:00:00Z');

const answer = (status: number, body: string, headers: Answer['headers'] = {}): Answer => ({
  status,
  body,
  headers,
});
const json = (status: number, message: string, headers: Answer['headers'] = {}) =>
  answer(status, JSON.stringify({ message }), headers);

it('takes the id of an accepted message without its brackets', () => {
  const body =
    '{"id":"<20111114174239.25659.5817@samples.mailgun.org>","message":"Queued. Thank you."}';

  expect(classifyAnswer(answer(200, body), NOW)).toEqual({
    outcome: 'taken',
    messageId: '20111114174239.25659.5817@samples.mailgun.org',
  });
});

it.each([
  ['bare', 'a@b', 'a@b'],
  ['with its first bracket only', '<a@b', 'a@b'],
  ['with its last bracket only', 'a@b>', 'a@b'],
])('takes an id that comes %s', (_how, id, messageId) => {
  expect(classifyAnswer(answer(202, JSON.stringify({ id })), NOW)).toEqual({
    outcome: 'taken',
    messageId,
  });
});

it.each([
  ['an empty body', 200, ''],
  ['a truncated body', 200, '{"id":"<2011111417'],
  ['an HTML page', 200, '<html>It works</html>'],
  ['the text of a wrong address', 200, 'Mailgun Magnificent API'],
  ['JSON without an id', 200, '{"message":"Queued. Thank you."}'],
  ['an id that is no text', 200, '{"id":7}'],
  ['an id with a space', 200, '{"id":"<a b>"}'],
  ['two ids', 200, '{"id":"<a@b><c@d>"}'],
  ['an empty id', 200, '{"id":"<>"}'],
  ['null', 200, 'null'],
  ['a list', 200, '[1]'],
  ['a success without content', 204, ''],
])('does not know what a success with %s means', (_what, status, body) => {
  expect(classifyAnswer(answer(status, body), NOW)).toEqual({
    outcome: 'unknown',
    cause: `http-${status}-without-id`,
  });
});

it.each([
  [500, '{"message":"Internal Server Error"}'],
  [502, '<html>Bad Gateway</html>'],
  [503, ''],
  [504, ''],
  [408, ''],
  [302, ''],
  [300, '{"id":"<a@b>"}'],
  [199, '{"id":"<a@b>"}'],
  [399, '{"id":"<a@b>"}'],
])('does not know what a %i means', (status, body) => {
  expect(classifyAnswer(answer(status, body), NOW)).toEqual({
    outcome: 'unknown',
    cause: `http-${status}`,
  });
});

const IN_AN_HOUR = 'Mon, 23 Nov 2026 13:00:00 UTC';

it.each([
  [
    'request',
    429,
    `Domain mg.example.com is not allowed to send: request limit exceeded, try again after ${IN_AN_HOUR}`,
  ],
  [
    'bytes',
    429,
    `Domain mg.example.com is not allowed to send: bytes limit exceeded, try again after ${IN_AN_HOUR}`,
  ],
  [
    'recipient',
    429,
    `Domain mg.example.com is not allowed to send: recipient limit exceeded, try again after ${IN_AN_HOUR}`,
  ],
  [
    'hourly',
    420,
    `Domain mg.example.com is not allowed to send: recipient limit exceeded, try again after ${IN_AN_HOUR}`,
  ],
  [
    'disguised',
    400,
    `Domain mg.example.com is not allowed to send: recipient limit exceeded, try again after ${IN_AN_HOUR}`,
  ],
])('holds the domain until the date of a %s limit', (_limit, status, text) => {
  expect(classifyAnswer(json(status, text), NOW)).toEqual({
    outcome: 'domainMustWait',
    untilMs: NOW + 3_600_000,
    reason: `${status} ${text}`,
  });
});

it('holds the domain for the seconds of the newer text', () => {
  const text = 'account-requests-per-sec limit exceeded, try again after 120 seconds';

  expect(classifyAnswer(json(429, text), NOW)).toMatchObject({
    outcome: 'domainMustWait',
    untilMs: NOW + 120_000,
  });
});

it.each([
  [400, 'Domain mg.example.com is not allowed to send: recipient limit exceeded'],
  [
    400,
    'Domain mg.example.com is not allowed to send: You are sending too fast. Your account is on probation and the account has been temporarily disabled.',
  ],
  [429, ''],
  [420, 'Enhance your calm'],
  [429, 'slow down, please'],
])('holds the domain for a time of our own after %i %s', (status, text) => {
  expect(classifyAnswer(json(status, text), NOW)).toMatchObject({
    outcome: 'domainMustWait',
    untilMs: undefined,
  });
});

it.each([
  [401, 'Forbidden', answer(401, 'Forbidden')],
  [
    403,
    'domain disabled',
    json(403, 'Domain mg.example.com is not allowed to send: domain disabled'),
  ],
  [403, 'IP', json(403, "Rejected: IP 192.0.2.1 can't be used to send the message")],
  [404, 'domain', json(404, 'Domain not found: mg.example.com')],
  [404, 'wrong endpoint', answer(404, 'not found')],
  [402, 'payment', json(402, 'Parameters were valid but request failed')],
  [
    400,
    'sandbox',
    json(
      400,
      'Domain mg.example.com is not allowed to send: Sandbox subdomains are for test purposes only. Please add your own domain or add the address to authorized recipients in Account Settings.',
    ),
  ],
  [
    400,
    'free account',
    json(
      400,
      'Domain mg.example.com is not allowed to send: Free accounts are for test purposes only. Please upgrade or add the address to authorized recipients in Account Settings.',
    ),
  ],
  [
    400,
    'unverified',
    json(
      400,
      'Domain mg.example.com is not allowed to send: The domain is unverified and requires DNS configuration.',
    ),
  ],
  [400, 'an account without a verb', json(400, 'Account disabled')],
  [400, 'an account with one', json(400, 'your account is suspended')],
  [400, 'a domain without a verb', json(400, 'Domain disabled')],
  [400, 'a domain with one', json(400, 'the domain is disabled')],
  [400, 'terminated', json(400, 'The domain is not allowed to send: Account Terminated')],
])('blocks the domain after %i (%s)', (_status, _what, refusal) => {
  expect(classifyAnswer(refusal, NOW)).toMatchObject({ outcome: 'domainCannotSend' });
});

it.each([
  [403, 'recipients', json(403, 'Domain mg.example.com is not allowed to send large batches yet')],
  [400, 'recipients', json(400, 'Too many recipients, max is 1000')],
  [413, 'bytes', answer(413, 'request size exceeds 52.4MiB limit')],
])('asks for smaller submissions after %i, of fewer %s', (_status, limit, refusal) => {
  expect(classifyAnswer(refusal, NOW)).toMatchObject({ outcome: 'tooLarge', limit });
});

it.each([
  'to parameter is not a valid address. please check documentation',
  "'to' parameter is not a valid address. please check documentation",
  'cc parameter is not a valid address. please check documentation',
])('looks for the one bad address after "%s"', (text) => {
  expect(classifyAnswer(json(400, text), NOW)).toMatchObject({ outcome: 'addressRefused' });
});

it.each([
  'from parameter is missing',
  'to parameter is missing',
  "Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified",
  "Only one parameters 'html' or 'template' is allowed",
  'Send options (parameters starting with o:, h:, or v:) are limited to 16 kB total',
  'Header name must be pure ASCII: X-Ü',
  'tomorrow is not an RFC-2822 compliant date',
  'from parameter is not a valid address. please check documentation',
  'reply-to parameter is not a valid address',
  "'recipient-variables' parameter is not a valid JSON",
  "Invalid request content type. Expecting 'multipart/form-data' but got 'text/plain'",
])('gives the content up after "%s"', (text) => {
  expect(classifyAnswer(json(400, text), NOW)).toEqual({
    outcome: 'contentRefused',
    reason: `400 ${text}`,
  });
});

it('gives the content up after a refusal without a word', () => {
  expect(classifyAnswer(answer(400, '{}'), NOW)).toEqual({
    outcome: 'contentRefused',
    reason: '400',
  });
});

it.each([
  ['a page of a gateway', 400, '<html><head><title>400 Bad Request</title></head></html>'],
  ['a page that quotes an address', 400, '<p>to parameter is not a valid address</p>'],
  ['nothing', 400, ''],
  ['next to nothing', 400, ' \r\n'],
  ['a page of a proxy', 407, '<html>Proxy Authentication Required</html>'],
  ['a page of a firewall', 406, '<html>Not Acceptable</html>'],
])('does not take %s for a word of Mailgun on the content', (_what, status, body) => {
  expect(classifyAnswer(answer(status, body), NOW)).toEqual({
    outcome: 'unknown',
    cause: `http-${status}-without-word`,
  });
});

it.each([
  ['plain text', '400 Bad Request', 'contentRefused'],
  ['a list', '["Bad Request"]', 'contentRefused'],
  ['a number', '400', 'contentRefused'],
  ['plain text', "'to' parameter is not a valid address", 'addressRefused'],
])('takes Mailgun at its word in %s', (_what, body, outcome) => {
  expect(classifyAnswer(answer(400, body), NOW)).toMatchObject({ outcome });
});

it('reads what stands alone without JSON: a wrong key, a wrong address, too many bytes', () => {
  const page = '<html>nginx</html>';

  expect(classifyAnswer(answer(404, page), NOW).outcome).toBe('domainCannotSend');
  expect(classifyAnswer(answer(413, page), NOW).outcome).toBe('tooLarge');
  expect(classifyAnswer(answer(429, page), NOW).outcome).toBe('domainMustWait');
});

it.each(['malformed multipart/form-data request', 'unable to parse request: unexpected EOF'])(
  'sends again what arrived damaged: "%s"',
  (text) => {
    expect(classifyAnswer(json(400, text), NOW)).toMatchObject({
      outcome: 'notSent',
      network: false,
    });
  },
);

it.each(['Reason', 'Error', 'Description'])('reads the text under the key %s', (key) => {
  const body = JSON.stringify({ [key]: 'recipient limit exceeded' });

  expect(classifyAnswer(answer(400, body), NOW)).toMatchObject({ outcome: 'domainMustWait' });
});

it('keeps addresses out of reasons, and reasons short', () => {
  const text = `<ada@example.com> and bob@example.com ${'x'.repeat(900)}`;
  const outcome = classifyAnswer(json(400, text), NOW);

  expect(outcome).toMatchObject({ outcome: 'contentRefused' });
  const { reason } = outcome as { reason: string };
  expect(reason).not.toContain('@');
  expect(reason.length).toBeLessThan(320);
});

it('reads no more of a long body than it needs', () => {
  const far = (characters: number) => json(400, `${'x'.repeat(characters)} limit exceeded`);

  expect(classifyAnswer(far(1_900), NOW).outcome).toBe('domainMustWait');
  expect(classifyAnswer(far(3_000), NOW).outcome).toBe('contentRefused');
});

it('tells a request that never left from one that may have arrived', () => {
  expect(classifyFault({ sent: 'notSent', code: 'ENOTFOUND' })).toEqual({
    outcome: 'notSent',
    network: true,
    reason: 'ENOTFOUND',
  });
  expect(classifyFault({ sent: 'unknown', code: 'ECONNRESET' })).toEqual({
    outcome: 'unknown',
    cause: 'ECONNRESET',
  });
});
