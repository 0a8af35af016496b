import fc from 'fast-check';
import { formBatches } from '../../../client/form-batches';
import { sendRequestSchema } from '../../../client/send-request';
import { normaliseAddress } from '../../../lambdas/core/recipient/address';
import { forcedBehaviour } from '../../../local/mailgun-simulator/model/forced-behaviour';
import {
  sampleCounts,
  sampleDescription,
  sampleRecipients,
} from '../../../local/start/sample-campaign';

const seeds = fc.nat(1000);
const fewSeeds = { numRuns: 10 };

describe('the sample campaign', () => {
  it('has one of special part in every hundred', () => {
    expect(sampleCounts(1, 10_000)).toEqual({
      ordinary: 9900,
      invalid: 20,
      duplicate: 20,
      suppressed: 40,
      suppressedAtMailgun: 20,
    });
  });

  it('is the same for the same seed, and another for another', () => {
    expect([...sampleRecipients(3, 500)]).toEqual([...sampleRecipients(3, 500)]);
    expect([...sampleRecipients(3, 500)]).not.toEqual([...sampleRecipients(4, 500)]);
  });

  it('begins with the people of a smaller one', () => {
    expect([...sampleRecipients(1, 1000)].slice(0, 300)).toEqual([...sampleRecipients(1, 300)]);
  });

  it('names everybody once, except who is invalid or a duplicate', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const people = [...sampleRecipients(seed, 3000)];

        const addresses = people
          .filter(({ role }) => role !== 'invalid' && role !== 'duplicate')
          .map(({ recipient }) => normaliseAddress(recipient.email));

        expect(addresses).not.toContain(undefined);
        expect(new Set(addresses).size).toBe(addresses.length);
      }),
      fewSeeds,
    );
  });

  it('gives the invalid what is no address', () => {
    const people = [...sampleRecipients(1, 50_000)].filter(({ role }) => role === 'invalid');

    expect(people).toHaveLength(100);
    for (const { recipient } of people) expect(normaliseAddress(recipient.email)).toBeUndefined();
  });

  it('puts a duplicate right behind its original, in the same batch', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const people = [...sampleRecipients(seed, 3000)];

        people.forEach(({ role, recipient }, index) => {
          if (role !== 'duplicate') return;
          const original = people[index - 1];
          expect(original?.role).toBe('ordinary');
          expect(normaliseAddress(recipient.email)).toBe(original?.recipient.email);
          expect(Math.floor(index / 1000)).toBe(Math.floor((index - 1) / 1000));
        });
      }),
      fewSeeds,
    );
  });

  it('leaves how people behave to the seed', () => {
    const forced = [...sampleRecipients(1, 3000)].filter(({ recipient }) =>
      forcedBehaviour(recipient.email),
    );

    expect(forced).toEqual([]);
  });

  it('makes valid send requests of a thousand', async () => {
    const people = [...sampleRecipients(1, 2500)].map(({ recipient }) => recipient);
    const rules = {
      batchIdPrefix: '',
      onInvalid: (problem: Error) => {
        throw problem;
      },
    };

    const sizes: number[] = [];
    for await (const { body } of formBatches(sampleDescription(2500), people, rules)) {
      sizes.push(sendRequestSchema.parse(JSON.parse(body)).recipients.length);
    }

    expect(sizes).toEqual([1000, 1000, 500]);
  });
});
