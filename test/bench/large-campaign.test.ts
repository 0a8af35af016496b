import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { LargeCampaign } from '../../bench/large-campaign';
import { BatchBooksTable } from '../../lambdas/adapters/dynamodb/batch-books-table';
import { TallyTable } from '../../lambdas/adapters/dynamodb/tally-table';
import {
  continueReading,
  isComplete,
  newReading,
} from '../../lambdas/core/report/campaign-figures';

const key = { accountId: 'acme', campaignId: 'spring-sale' };

/** A campaign behind DynamoDB's own client, and how many pages of it are asked for at once. */
function aCampaign(recipients: number) {
  const campaign = new LargeCampaign(recipients);
  let inFlight = 0;
  let most = 0;
  const requestHandler = {
    handle: async (request: { readonly body?: unknown }) => {
      most = Math.max(most, (inFlight += 1));
      await new Promise(setImmediate);
      inFlight -= 1;
      return campaign.handle(request);
    },
  };
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const documents = DynamoDBDocumentClient.from(
    new DynamoDBClient({ region: 'eu-west-1', credentials, requestHandler }),
  );
  const books = new BatchBooksTable(documents, 'batches');
  const tallies = new TallyTable(documents, 'tallies');
  return { ports: { books, tallies }, campaign, mostInFlight: () => most };
}

it('is counted whole, over all its pages', async () => {
  const { ports, campaign, mostInFlight } = aCampaign(600_000);

  const reading = await continueReading(ports, key, newReading(0), () => Promise.resolve(true));

  expect(isComplete(ports, reading)).toBe(true);
  expect(reading.figures).toMatchObject({
    batches: 600,
    recipients: { accepted: 600_000 },
    sums: { outcomes: { bounced: 6_000, delivered: 582_000, opened: 180_000 } },
  });
  expect(campaign.pages).toBeGreaterThanOrEqual(17);
  expect(mostInFlight()).toBeLessThanOrEqual(4);
});

it('comes to the same when it is read in parts', async () => {
  const whole = aCampaign(32_000);
  const parted = aCampaign(32_000);
  const always = () => Promise.resolve(true);

  const expected = await continueReading(whole.ports, key, newReading(0), always);
  let reading = newReading(0);
  let parts = 0;
  while (!isComplete(parted.ports, reading)) {
    let left = 5;
    parts += 1;
    reading = await continueReading(parted.ports, key, reading, () =>
      Promise.resolve((left -= 1) >= 0),
    );
  }

  expect(parts).toBe(4);
  expect(reading.figures).toEqual(expected.figures);
  expect(parted.campaign.readUnits).toBe(whole.campaign.readUnits);
});
