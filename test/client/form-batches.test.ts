import fc from 'fast-check';
import { InvalidCampaignError, InvalidRecipientError } from '../../client/errors';
import { formBatches } from '../../client/form-batches';
import type { CampaignDescription, FormedBatch } from '../../client/form-batches';
import { MAX_RECIPIENTS, MAX_REQUEST_BYTES, sendRequestSchema } from '../../client/send-request';
import type { Recipient, SendRequest } from '../../client/send-request';
import { aCampaign, recipients } from './builders';

const strict = {
  batchIdPrefix: '',
  onInvalid: (problem: InvalidRecipientError) => {
    throw problem;
  },
};

async function formed(
  list: Iterable<Recipient>,
  description: CampaignDescription = aCampaign(),
): Promise<FormedBatch[]> {
  const batches: FormedBatch[] = [];
  for await (const batch of formBatches(description, list, strict)) batches.push(batch);
  return batches;
}

const requestIn = ({ body }: FormedBatch): SendRequest => sendRequestSchema.parse(JSON.parse(body));

/** Characters of one to four bytes, escapes, and what SQS refuses. */
const FILLERS = ['x', 'é', '€', '😀', '"', '\u0001', '\ud800', '\uffff'];

// Texts are made from lengths, so that a counterexample stays readable.
const sizes = fc.array(fc.tuple(fc.nat(FILLERS.length - 1), fc.constantFrom(1, 100, 8000)), {
  maxLength: 250,
  size: 'max',
});

const recipientsOf = (list: readonly (readonly [number, number])[]): Recipient[] =>
  list.map(([filler, length], index) => ({
    email: `r${index}@example.com`,
    variables: { text: FILLERS[filler]!.repeat(length) },
  }));

describe('forming batches', () => {
  it('puts every recipient in exactly one batch, in order, within both limits', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (list) => {
        const everybody = recipientsOf(list);

        const batches = await formed(everybody);

        const reached = batches.flatMap((batch) => requestIn(batch).recipients);
        expect(JSON.stringify(reached) === JSON.stringify(everybody)).toBe(true);
        for (const { body, bytes, recipients: count } of batches) {
          expect(bytes).toBe(Buffer.byteLength(body));
          expect(bytes).toBeLessThanOrEqual(MAX_REQUEST_BYTES);
          expect(count).toBeLessThanOrEqual(MAX_RECIPIENTS);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('closes no batch before the next recipient would break a limit', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (list) => {
        const batches = await formed(recipientsOf(list));

        batches.slice(1).forEach(({ body }, index) => {
          const first = /"recipients":\[(\{"email":.*?\}\})/s.exec(body)?.[1] ?? '';
          const grown = batches[index]!.bytes + ','.length + Buffer.byteLength(first);
          expect(grown).toBeGreaterThan(MAX_REQUEST_BYTES);
        });
      }),
      { numRuns: 25 },
    );
  });

  it('counts 1,000 recipients a batch', async () => {
    const batches = await formed(recipients(2001));

    expect(batches.map((batch) => [batch.batchId, batch.recipients])).toEqual([
      ['000001', 1000],
      ['000002', 1000],
      ['000003', 1],
    ]);
  });

  it('fills a batch to the last byte, and not one further', async () => {
    const room = MAX_REQUEST_BYTES - (await formed([{ email: 'a' }]))[0]!.bytes;
    const description = aCampaign();
    const grown = (by: number) =>
      aCampaign({ message: { ...description.message, text: `Spring is here.${'x'.repeat(by)}` } });

    const exact = await formed([{ email: 'a' }], grown(room));
    const beyond = formed([{ email: 'a' }], grown(room + 1));

    expect(exact[0]!.bytes).toBe(MAX_REQUEST_BYTES);
    await expect(beyond).rejects.toThrow(
      'recipient at index 0 is invalid: received 13 bytes of JSON, expected at most 12',
    );
  });

  it('fills a batch of several recipients to the last byte, commas included', async () => {
    const description = aCampaign();
    const base = (await formed(recipients(3)))[0]!.bytes;
    const grown = (by: number) =>
      aCampaign({ message: { ...description.message, text: `Spring is here.${'x'.repeat(by)}` } });

    const exact = await formed(recipients(3), grown(MAX_REQUEST_BYTES - base));
    const beyond = await formed(recipients(3), grown(MAX_REQUEST_BYTES - base + 1));

    expect(exact.map((batch) => [batch.recipients, batch.bytes])).toEqual([[3, MAX_REQUEST_BYTES]]);
    expect(beyond.map((batch) => batch.recipients)).toEqual([2, 1]);
  });

  it('gives the same batches for the same recipients', async () => {
    expect(await formed(recipients(1500))).toEqual(await formed(recipients(1500)));
  });

  it('forms nothing of nobody', async () => {
    expect(await formed([])).toEqual([]);
  });

  it('puts the prefix before every number', async () => {
    const rules = { ...strict, batchIdPrefix: 'north-' };
    const { value: batch } = await formBatches(aCampaign(), recipients(1), rules).next();

    expect(batch!.batchId).toBe('north-000001');
    expect(requestIn(batch!).batchId).toBe('north-000001');
  });

  it('names an invalid recipient by its index, without its address', async () => {
    const list = [...recipients(1200), { email: 'eve@example.com', name: 'Eve\n' }];

    await expect(formed(list)).rejects.toThrow(
      new InvalidRecipientError(1200, [
        'name: received text of 4 characters, expected not to contain control characters',
      ]),
    );
  });

  it('leaves out an invalid recipient that somebody was told about', async () => {
    const problems: InvalidRecipientError[] = [];
    const rules = {
      ...strict,
      onInvalid: (problem: InvalidRecipientError) => problems.push(problem),
    };
    const list = [{ email: 'a@b.co' }, { email: 7 }, null, { email: 'c@d.co' }] as Recipient[];

    const { value: batch } = await formBatches(aCampaign(), list, rules).next();

    expect(requestIn(batch!).recipients).toEqual([{ email: 'a@b.co' }, { email: 'c@d.co' }]);
    expect(problems.map((problem) => problem.message)).toEqual([
      'recipient at index 1 is invalid: email: received a number, expected string',
      'recipient at index 2 is invalid: recipient: received null, expected object',
    ]);
  });

  it.each([
    ['an id that is no id', aCampaign({ accountId: 'ac me' }), 'accountId: received text of 5'],
    [
      'a message without content',
      aCampaign({ message: { from: 'a@b.co', subject: 's' } }),
      'message: received an object, expected to have text',
    ],
    [
      'a message that leaves no room',
      aCampaign({ message: { from: 'a@b.co', subject: 's', html: 'é'.repeat(600_000) } }),
      'message: received 12',
    ],
  ])('refuses %s before reading a recipient', async (_what, description, problem) => {
    let read = 0;
    const counted = (function* () {
      read += 1;
      yield* recipients(1);
    })();

    const forming = formed(counted, description);

    await expect(forming).rejects.toThrow(InvalidCampaignError);
    await expect(forming).rejects.toThrow(problem);
    expect(read).toBe(0);
  });

  it('reads no further than the batch that was asked for', async () => {
    let read = 0;
    const counted = (function* () {
      for (const recipient of recipients(5000)) {
        read += 1;
        yield recipient;
      }
    })();

    await formBatches(aCampaign(), counted, strict).next();

    expect(read).toBe(1001);
  });
});
