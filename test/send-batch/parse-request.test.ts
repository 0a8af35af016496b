import * as fc from 'fast-check';
import { sendRequestSchema } from '../../client/send-request';
import { contentDigest } from '../../lambdas/core/batch/content-digest';
import { PermanentError } from '../../lambdas/core/errors';
import { contentOf, prepareBatch } from '../../lambdas/send-batch/batch-work';
import { parseRequest } from '../../lambdas/send-batch/parse-request';
import { aSendRequest, recipients } from '../support/builders/send-requests';
import { aSendingDomain } from '../support/builders/sending-domains';
import { Sending } from './sending-fixture';

const domains = {
  'mg.example.com': aSendingDomain(),
};
const prepared = (body: string) => prepareBatch(parseRequest(body), domains, 'pepper', 0);

/** A request with one recipient, written as raw JSON, between two good ones. */
const bodyWith = (recipient: string) =>
  JSON.stringify(
    aSendRequest({ recipients: [...recipients(1), { email: '~' }, { email: 'r2@example.com' }] }),
  ).replace('{"email":"~"}', () => recipient);

const bob = (fields: object) => JSON.stringify({ email: 'bob@example.com', ...fields });

const BROKEN: [string, string][] = [
  ['a line break in the name', bob({ name: 'Bob\r\nBcc: eve@example.com' })],
  ['a control character in the reference', bob({ ref: 'crm\u0000' })],
  ['a name that is too long', bob({ name: 'x'.repeat(257) })],
  ['a reference that is too long', bob({ ref: 'x'.repeat(129) })],
  ['a name that is null', bob({ name: null })],
  ['an address that is too long', bob({ email: `${'x'.repeat(1025)}@example.com` })],
  ['an address that is null', bob({ email: null })],
  ['an address that is a number', bob({ email: 7 })],
  ['no address', '{"ref":"crm-42"}'],
  ['a variable that is null', bob({ variables: { first: null } })],
  ['a variable that is a list', bob({ variables: { first: ['Bob'] } })],
  ['a variable that is too long', bob({ variables: { first: 'x'.repeat(16_385) } })],
  [
    'a whole number that reading altered',
    bob({ variables: { n: 0 } }).replace(':0', ':9007199254740993'),
  ],
  ['a number too large to be one', bob({ variables: { n: 0 } }).replace(':0', ':1e400')],
  ['variables that are null', bob({ variables: null })],
  ['variables that are an empty list, as PHP writes them', bob({ variables: [] })],
];

describe('a recipient that breaks a rule', () => {
  it.each(BROKEN)('is invalid alone: %s', async (_what, recipient) => {
    const sending = new Sending();

    await sending.sendBody(bodyWith(recipient));

    expect(sending.letters).toEqual([]);
    expect(sending.gateway.calls.map(({ addresses }) => addresses)).toEqual([
      ['r0@example.com', 'r2@example.com'],
    ]);
    const { audience } = prepared(bodyWith(recipient));
    expect([audience.invalid, audience.duplicate]).toEqual([new Set([1]), new Set()]);
  });

  it('gives no variable to the others', () => {
    const { variables } = prepared(bodyWith(bob({ name: null, variables: { secret: 'x' } })));

    expect(variables.keys).not.toContain('secret');
  });

  it('does not make a later mention of its address a duplicate', () => {
    const body = JSON.stringify(
      aSendRequest({ recipients: [{ email: 'r0@example.com', name: '\n' }, ...recipients(1)] }),
    );
    const { audience } = prepared(body);

    expect(audience.invalid).toEqual(new Set([0]));
    expect(audience.addresses[1]).toBe('r0@example.com');
    expect(audience.duplicate).toEqual(new Set());
  });

  it('may be everyone: nobody is mailed, and all are accounted for', async () => {
    const sending = new Sending();
    const everyone = recipients(3).map(({ email }) => ({ email, name: '\n' }));

    await sending.send(aSendRequest({ recipients: everyone }));

    expect(sending.gateway.calls).toEqual([]);
    expect(sending.letters).toEqual([]);
    expect(await sending.stored()).toMatchObject({ state: 'skipped' });
  });

  it('are named in the log with what is wrong, once however often the batch is begun', async () => {
    const sending = new Sending();
    sending.take = () => ({ take: 'wait', untilMs: sending.nowMs + 3_600_000, reason: 'day' });
    const request = aSendRequest({ recipients: [{ email: 'no address' }, ...recipients(2)] });
    const body = JSON.stringify(request).replace('"r1@example.com"', '"r1@example.com","ref":42');

    await sending.sendBody(body);
    sending.nowMs += 3_600_000;
    await sending.sendBody(body);

    expect(sending.logged).toEqual([
      [
        'recipients invalid',
        {
          code: 'recipients-invalid',
          ...{ accountId: 'acme', campaignId: 'spring-sale', batchId: '000001' },
          ...{ recipients: 2, of: 3, positions: [0, 2] },
          problems: ['recipients[2].ref: received a number, expected string'],
        },
      ],
    ]);
  });
});

describe('the content of a batch', () => {
  it('is told by what was sent, not by which rules it breaks', () => {
    const { message, domain, recipients: sent } = JSON.parse(bodyWith(BROKEN[0]![1])) as never;

    const { contentDigest: digest } = contentOf(prepared(bodyWith(BROKEN[0]![1])));

    expect(digest).toBe(contentDigest('pepper', { domain, message, recipients: sent }));
  });

  it('is another one where a recipient breaks a rule in another way', () => {
    const digests = BROKEN.map(([, recipient]) => contentOf(prepared(bodyWith(recipient))));

    expect(new Set(digests.map((content) => content.contentDigest)).size).toBe(BROKEN.length);
  });

  it('is the same for a sound request as it was before single recipients could break a rule', () => {
    const { domain, message, recipients: sent } = sendRequestSchema.parse(aSendRequest());

    const { contentDigest: digest } = contentOf(prepared(JSON.stringify(aSendRequest())));

    expect(digest).toBe(contentDigest('pepper', { domain, message, recipients: sent }));
  });
});

describe('a request', () => {
  it.each([
    ['recipients that are no list', { recipients: {} }, /^recipients: /],
    ['a recipient that is a text', { recipients: ['ada@example.com'] }, /^recipients\[0\]: /],
    ['a recipient that is null', { recipients: [null] }, /^recipients\[0\]: /],
    [
      'a field nobody knows in one recipient',
      { recipients: [{ email: 'ada@example.com', nmae: 'Ada' }] },
      /^recipients\[0\]: received the key nmae/,
    ],
    [
      'a variable nobody can name',
      { recipients: [{ email: 'ada@example.com', variables: { 'first name': 'Ada' } }] },
      /^recipients\[0\]\.variables/,
    ],
  ])('is malformed as a whole by %s', (_what, over, reason) => {
    const read = () => parseRequest(JSON.stringify({ ...aSendRequest(), ...over }));

    expect(read).toThrow(PermanentError);
    expect(read).toThrow(reason);
  });

  it('names what concerns all of it, and no single recipient beside that', () => {
    const request = { ...aSendRequest(), accountId: 'a b', recipients: [{ email: 7 }] };
    const read = () => parseRequest(JSON.stringify(request));

    expect(read).toThrow(/^accountId: [^;]*$/);
  });

  it('is read or refused, and never fails otherwise, whatever its recipients are', () => {
    const recipient = fc.oneof(
      fc.constantFrom(...BROKEN.map(([, text]) => JSON.parse(text) as unknown)),
      fc.constant({ email: 'ada@example.com' }),
      fc.jsonValue(),
    );

    fc.assert(
      fc.property(fc.array(recipient, { maxLength: 5 }), (some) => {
        const body = JSON.stringify({ ...aSendRequest(), recipients: some });
        try {
          expect(prepared(body).audience.addresses).toHaveLength(some.length);
        } catch (error) {
          expect(error).toBeInstanceOf(PermanentError);
        }
      }),
    );
  });

  const MIB = 1_048_576;
  const filled = (item: (at: number) => string, around: (items: string) => string) => {
    const items: string[] = [];
    for (let size = 0; size < MIB - 300; size += items.at(-1)!.length + 1) {
      items.push(item(items.length));
    }
    return around(items.join(','));
  };
  const inRequest = (recipientsJson: string) =>
    JSON.stringify(aSendRequest()).replace(
      /"recipients":\[.*\]/,
      () => `"recipients":${recipientsJson}`,
    );

  it.each([
    [
      'recipients that are nothing',
      filled(
        () => '{}',
        (items) => inRequest(`[${items}]`),
      ),
    ],
    [
      'lists',
      filled(
        () => '[]',
        (items) => inRequest(`[${items}]`),
      ),
    ],
    [
      'variables nobody can name',
      filled(
        (at) => `"!${at}":1`,
        (items) => inRequest(`[{"email":"a@b.example","variables":{${items}}}]`),
      ),
    ],
    [
      'variables that are null',
      filled(
        (at) => `"v${at}":null`,
        (items) => inRequest(`[{"email":"a@b.example","variables":{${items}}}]`),
      ),
    ],
    [
      'fields nobody knows',
      filled(
        (at) => `"f${at}":1`,
        (items) => inRequest(`[{${items}}]`),
      ),
    ],
    [
      'headers that are null',
      filled(
        (at) => `"h${at}":null`,
        (items) => inRequest('[]').replace('"subject"', () => `"headers":{${items}},"subject"`),
      ),
    ],
  ])('of 1 MiB of %s is judged, and quoted little of', (_what, body) => {
    let reason = '';
    try {
      prepared(body);
    } catch (error) {
      expect(error).toBeInstanceOf(PermanentError);
      reason = (error as PermanentError).message;
    }
    expect(reason.length).toBeLessThan(1_000);
  });
});
