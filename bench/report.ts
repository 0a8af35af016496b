import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BatchBooksTable } from '../lambdas/adapters/dynamodb/batch-books-table';
import { TallyTable } from '../lambdas/adapters/dynamodb/tally-table';
import { continueReading, isComplete, newReading } from '../lambdas/core/report/campaign-figures';
import { LargeCampaign } from './large-campaign';

/**
 * Reads the report of a campaign of so many recipients from tables that serve pages as DynamoDB
 * does, and prints what it took: `npm run bench:report -- 1000000 10000000`.
 */
async function main(): Promise<void> {
  const sizes = process.argv.slice(2).map(Number);
  const rows: Record<string, string>[] = [];
  for (const recipients of sizes.length > 0 ? sizes : [1_000_000, 10_000_000]) {
    rows.push(await measure(recipients));
  }
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
}

async function measure(recipients: number): Promise<Record<string, string>> {
  const campaign = new LargeCampaign(recipients);
  const dynamoDb = new DynamoDBClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    requestHandler: campaign,
  });
  const documents = DynamoDBDocumentClient.from(dynamoDb);
  const ports = {
    books: new BatchBooksTable(documents, 'batches'),
    tallies: new TallyTable(documents, 'tallies'),
  };
  globalThis.gc?.();
  let peakBytes = 0;
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed);
  }, 20);
  const cpu = process.cpuUsage();
  const startedAtMs = performance.now();

  const key = { accountId: 'acme', campaignId: 'spring-sale' };
  const reading = await continueReading(ports, key, newReading(0), () => Promise.resolve(true));

  clearInterval(timer);
  const { user, system } = process.cpuUsage(cpu);
  const { figures } = reading;
  if (!isComplete(ports, reading) || figures.recipients.accepted !== recipients) {
    throw new Error(`counted ${figures.recipients.accepted} of ${recipients}`);
  }
  return {
    recipients: recipients.toLocaleString('en'),
    delivered: figures.sums.outcomes.delivered.toLocaleString('en'),
    pages: String(campaign.pages),
    'read units': campaign.readUnits.toLocaleString('en'),
    'processor s': ((user + system) / 1e6).toFixed(2),
    's in all': ((performance.now() - startedAtMs) / 1000).toFixed(2),
    'making pages s': (campaign.makingMs / 1000).toFixed(2),
    'peak heap MB': (peakBytes / 1e6).toFixed(0),
  };
}

void main();
