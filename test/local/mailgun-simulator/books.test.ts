import { startLaboratory, stopLaboratories, type Laboratory } from './api-client';

afterEach(stopLaboratories);

const everyone = (count: number) =>
  Array.from({ length: count }, (_, index) => `r${String(index)}@example.com`);

async function campaign(seed: number, timeScale: number): Promise<Laboratory> {
  const rates = {
    bounced: 0.05,
    bouncedLate: 0.05,
    blocked: 0.05,
    tooOld: 0.05,
    deferred: 0.3,
    complained: 0.1,
    unsubscribed: 0.1,
  };
  const mailgun = await startLaboratory({ seed, timeScale, rates });
  await mailgun.mail(everyone(600), [['v:batch', 'acme/spring/1']]);
  await mailgun.mail(everyone(300), [['v:batch', 'acme/spring/2']]);
  await mailgun.mail(everyone(100), [['v:batch', 'acme/autumn/1']]);
  return mailgun;
}

it('adds up at every moment', async () => {
  const mailgun = await campaign(1, 5_000);
  const seen = new Set<number>();

  while (!mailgun.idle()) {
    const { total } = mailgun.books();
    const { delivered, bounced, failed, deferred, outstanding } = total.outcomes;
    expect(delivered + bounced + failed + deferred + outstanding + total.testMode).toBe(
      total.accepted,
    );
    seen.add(outstanding);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  const { total, campaigns } = mailgun.books();
  expect(seen.size).toBeGreaterThan(3);
  expect(total.outcomes).toMatchObject({ outstanding: 0, deferred: 0 });
  expect(total.accepted).toBe(1000);
  for (const outcome of Object.keys(total.outcomes) as (keyof typeof total.outcomes)[]) {
    const sum = Object.values(campaigns).reduce(
      (count, books) => count + books.outcomes[outcome],
      0,
    );
    expect(total.outcomes[outcome]).toBe(sum);
  }
});

it('are the same for the same seed, however fast time passes', async () => {
  const outcomes = async (seed: number, timeScale: number) => {
    const mailgun = await campaign(seed, timeScale);
    await mailgun.settle();
    // Suppressions depend on what came first; the first batch meets none.
    const one = await startLaboratory({ seed, timeScale });
    await one.mail(everyone(1000), [['v:batch', 'acme/only/1']]);
    await one.settle();
    return one.books().total.outcomes;
  };

  const first = await outcomes(11, 3_600_000);

  expect(await outcomes(11, 360_000)).toEqual(first);
  expect(await outcomes(12, 3_600_000)).not.toEqual(first);
});

it('group by account and campaign, and tell a recipient of two campaigns from a repetition', async () => {
  const mailgun = await startLaboratory();
  await mailgun.mail(['a@example.com', 'b@example.com'], [['v:batch', 'acme/spring/1']]);
  await mailgun.mail(['a@example.com'], [['v:batch', 'acme/spring/2']]);
  await mailgun.mail(['b@example.com'], [['v:batch', 'acme/autumn/1']]);

  const { campaigns, total } = mailgun.books();

  expect(Object.keys(campaigns)).toEqual(['acme/spring', 'acme/autumn']);
  expect(campaigns['acme/spring']).toMatchObject({
    batches: 2,
    accepted: 3,
    repeatedInBatch: 0,
    emails: {
      total: 3,
      recipients: 2,
      repeated: 1,
      mostToOne: 2,
      distribution: { '1': 1, '2': 1 },
    },
  });
  expect(campaigns['acme/autumn']?.emails.repeated).toBe(0);
  expect(total.emails).toMatchObject({ total: 4, repeated: 1 });
});

it('see mail without a batch repeated when it says the same', async () => {
  const mailgun = await startLaboratory();
  await mailgun.mail(['a@example.com']);
  await mailgun.mail(['a@example.com']);

  expect(mailgun.books().total.emails).toMatchObject({ repeated: 1, mostToOne: 2 });
});

it.each([
  ['deliver', 'delivered'],
  ['defer', 'delivered'],
  ['bounce', 'bounced'],
  ['late-bounce', 'bounced'],
  ['block', 'failed'],
  ['block-list', 'failed'],
  ['policy', 'failed'],
  ['full', 'failed'],
  ['too-old', 'failed'],
])('count a %s as %s', async (word, outcome) => {
  const mailgun = await startLaboratory();
  await mailgun.mail([`${word}-1@example.com`]);
  await mailgun.settle();

  const { delivered, bounced, failed, deferred, outstanding } = mailgun.books().total.outcomes;

  expect({ delivered, bounced, failed, deferred, outstanding }).toEqual({
    delivered: 0,
    bounced: 0,
    failed: 0,
    deferred: 0,
    outstanding: 0,
    [outcome]: 1,
  });
});

it('tell everything about one recipient', async () => {
  const mailgun = await startLaboratory();
  await mailgun.mail(['unsubscribe-1@example.com'], [['v:batch', 'acme/spring/1']]);
  await mailgun.settle();

  const { json } = await mailgun.call('GET', '/__simulator/recipients/Unsubscribe-1@example.com');

  expect(json).toMatchObject({
    email: 'unsubscribe-1@example.com',
    emails: 1,
    batches: [
      { batch: 'acme/spring/1', emails: 1, happened: ['accepted', 'delivered', 'unsubscribed'] },
    ],
    suppressions: [{ domain: 'mg.example.com', list: 'unsubscribes' }],
  });
  expect(json.events.map(({ event }) => event)).toEqual(['accepted', 'delivered', 'unsubscribed']);
});

it('are the same over HTTP, and empty after a reset', async () => {
  const mailgun = await startLaboratory();
  await mailgun.fault({ fault: { status: 500 }, count: 0 });
  await mailgun.mail(['bounce-1@example.com']);
  await mailgun.settle();
  expect((await mailgun.call('GET', '/__simulator/books')).json).toEqual(mailgun.books());

  await mailgun.call('POST', '/__simulator/reset');

  expect(mailgun.books()).toMatchObject({
    idle: true,
    calls: {},
    campaigns: {},
    messages: {},
    faults: [],
  });
  expect((await mailgun.call('GET', '/v3/mg.example.com/bounces')).json.items).toEqual([]);
  expect((await mailgun.call('GET', '/v3/mg.example.com/events')).json.items).toEqual([]);
});
