import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { CampaignReport } from '../../lambdas/core/report/campaign-report';
import type { Books } from '../../local/mailgun-simulator/books/books';
import { StartProcess, until, type Endpoints } from './start-process';

let start: StartProcess;
let endpoints: Endpoints;
let sqs: SQSClient;
let s3: S3Client;

beforeAll(async () => {
  start = new StartProcess('--no-campaign');
  endpoints = await start.endpoints();
  const { region, credentials, services } = endpoints;
  sqs = new SQSClient({ region, credentials, endpoint: services.sqs });
  // SQS, SNS and S3 are one server.
  s3 = new S3Client({ region, credentials, endpoint: services.sqs, forcePathStyle: true });
}, 270_000);

afterAll(async () => {
  await start.dispose();
  sqs.destroy();
  s3.destroy();
});

async function report(campaignId: string): Promise<CampaignReport | undefined> {
  const response = await fetch(`${endpoints.outputs.ControlApiUrl}/campaigns/acme/${campaignId}`);
  return response.ok ? ((await response.json()) as CampaignReport) : undefined;
}

async function decide(what: 'pause' | 'resume' | 'cancel', campaignId: string): Promise<void> {
  const url = `${endpoints.outputs.ControlApiUrl}/campaigns/acme/${campaignId}/${what}`;
  const body = JSON.stringify({ reason: 'a test', actor: 'tester' });
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(url, { method: 'POST', headers, body });
  expect(status).toBe(200);
}

async function enqueue(campaignId: string, batches: number): Promise<void> {
  for (let batch = 1; batch <= batches; batch += 1) {
    const request = {
      ...{ version: 1, accountId: 'acme', campaignId, batchId: String(batch) },
      ...{ domain: 'mg.example.com' },
      message: { from: 'Acme <news@mg.example.com>', subject: 'Hi', text: 'Hello.' },
      recipients: [{ email: `deliver-${campaignId}-${batch}@example.com` }],
    };
    const MessageBody = JSON.stringify(request);
    const QueueUrl = endpoints.outputs.CampaignQueueUrl;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'acme' }));
  }
}

async function parkedObjects(): Promise<number> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: endpoints.outputs.ParkedBucketName }),
  );
  return Contents.length;
}

const isParked = (campaignId: string, count: number) =>
  until(async () => (await report(campaignId))?.recipients.parked === count);

it('parks what is paused, and sends it to everybody once when it is resumed', async () => {
  await decide('pause', 'resumed');
  await enqueue('resumed', 3);
  await isParked('resumed', 3);
  expect(await parkedObjects()).toBe(3);

  await decide('resume', 'resumed');

  await until(async () => (await report('resumed'))?.outcomes.delivered === 3);
  await until(async () => (await parkedObjects()) === 0);
  expect((await report('resumed'))?.recipients).toMatchObject({ accepted: 3, parked: 0 });
  const books = (await (await fetch(`${endpoints.mailgun.url}/__simulator/books`)).json()) as Books;
  expect(books.campaigns['acme/resumed']?.emails).toMatchObject({
    ...{ total: 3, recipients: 3, mostToOne: 1, repeated: 0 },
  });
}, 120_000);

it('closes what is cancelled while it is parked, and sends it to nobody', async () => {
  await decide('pause', 'cancelled');
  await enqueue('cancelled', 2);
  await isParked('cancelled', 2);

  await decide('cancel', 'cancelled');

  await until(async () => (await report('cancelled'))?.recipients.refused === 2);
  await until(async () => (await parkedObjects()) === 0);
  expect((await report('cancelled'))?.recipients).toMatchObject({ accepted: 0, parked: 0 });
}, 120_000);
