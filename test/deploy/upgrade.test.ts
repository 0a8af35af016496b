import { checkBooks, checkSums, disagreements } from '../../local/start/verdict';
import { Deployment } from './harness/deployment';
import { checkOut, type EarlierVersion } from './harness/earlier-version';

/** The last version without guard and suppression sync, whose accounts and campaigns know nothing of them. */
const EARLIER = '71682a6b3a2eb42f0162f34f97966671d2abb4a9';

/** Every recipient of the campaign does something that needs an event. */
const RECIPIENTS = [...people('open', 150), ...people('bounce', 20), ...people('deliver', 30)];
const BATCH_SIZE = 10;

let deployment: Deployment;
let earlier: EarlierVersion;

beforeAll(async () => {
  earlier = await checkOut(EARLIER);
  deployment = await Deployment.create('rolling');
});
afterAll(async () => {
  await deployment.close();
  await earlier.remove();
});

// One story: each part goes on where the one before ended.

it('starts a campaign on the version before', async () => {
  await deployment.deploy(earlier.directory);
  await deployment.connect();

  await deployment.enqueue('rolling', RECIPIENTS.slice(0, 60), { batchSize: BATCH_SIZE });
  const begun = await deployment.eventually(
    'rolling',
    ({ recipients }) => recipients.accepted >= 60,
  );
  expect(begun.report.recipients.audience).toBe(60);
});

it('goes on while this version is deployed, over batches parked and messages queued by the one before', async () => {
  const change = { reason: 'an upgrade', actor: 'test:deploy' };
  await deployment.control('POST', '/campaigns/acme/rolling/pause', change);
  await deployment.enqueue('rolling', RECIPIENTS.slice(60, 100), {
    ...{ batchSize: BATCH_SIZE, firstBatch: 7 },
  });
  await deployment.eventually('rolling', ({ recipients }) => recipients.parked === 40);

  const upgrade = deployment.deploy();
  await deployment.control('POST', '/campaigns/acme/rolling/resume', change);
  await deployment.enqueue('rolling', RECIPIENTS.slice(100), {
    ...{ batchSize: BATCH_SIZE, firstBatch: 11 },
  });
  await upgrade;

  expect((await deployment.remains())['stacks']).toHaveLength(2);
});

it('ends with a report that agrees with the books, nobody mailed twice', async () => {
  const { report, books } = await deployment.eventually(
    'rolling',
    (report, books) =>
      books.accepted === RECIPIENTS.length && disagreements(checkBooks(report, books)).length === 0,
  );

  expect(disagreements([...checkSums(report), ...checkBooks(report, books)])).toEqual([]);
  expect(report.outcomes).toMatchObject({ delivered: 180, bounced: 20, opened: 150 });
  expect(books.emails).toMatchObject({ recipients: RECIPIENTS.length, repeated: 0 });
});

it('had nothing dead-lettered by either version', async () => {
  const left = [];
  for (const queue of ['Campaign', 'Event', 'Release']) {
    const queueUrl = deployment.output(`${queue}DeadLetterQueueUrl`);
    left.push(await deployment.client.run('receive', { queueUrl, waitSeconds: 1 }));
  }
  expect(left).toEqual(left.map(() => ({ messages: [] })));

  expect((await deployment.destroy()).code).toBe(0);
});

function people(does: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${does}-${index + 1}@example.com`);
}
