import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { CampaignReport } from '../../lambdas/core/report/campaign-report';
import type { Books } from '../../local/mailgun-simulator/books/books';
import { StartProcess, until, type Endpoints } from './start-process';

const DOMAIN = 'mg.example.com';
const ADDRESS = 'deliver-ada@example.com';
const MAILGUN_KEY = 'local-mailgun-api-key';

let start: StartProcess;
let endpoints: Endpoints;
let sqs: SQSClient;

beforeAll(async () => {
  start = new StartProcess('--no-campaign');
  endpoints = await start.endpoints();
  const { region, credentials, services } = endpoints;
  sqs = new SQSClient({ region, credentials, endpoint: services.sqs });
}, 270_000);

afterAll(async () => {
  await start.dispose();
  sqs.destroy();
});

const control = (path: string, init: RequestInit = {}) =>
  fetch(`${endpoints.outputs.ControlApiUrl}${path}`, init);

async function report(campaignId: string): Promise<CampaignReport | undefined> {
  const response = await control(`/campaigns/acme/${campaignId}`);
  return response.ok ? ((await response.json()) as CampaignReport) : undefined;
}

async function enqueue(campaignId: string): Promise<void> {
  const request = {
    ...{ version: 1, accountId: 'acme', campaignId, batchId: '1', domain: DOMAIN },
    message: { from: `Acme <news@${DOMAIN}>`, subject: 'Hi', text: 'Hello.' },
    recipients: [{ email: ADDRESS }, { email: 'deliver-bob@example.com' }],
  };
  const QueueUrl = endpoints.outputs.CampaignQueueUrl;
  const MessageBody = JSON.stringify(request);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'acme' }));
}

it('leaves out who is on a list of Mailgun, and mails them once they are removed', async () => {
  const form = new FormData();
  form.append('address', ADDRESS);
  const authorization = `Basic ${Buffer.from(`api:${MAILGUN_KEY}`).toString('base64')}`;
  const listed = await fetch(`${endpoints.mailgun.url}/v3/${DOMAIN}/complaints`, {
    ...{ method: 'POST', body: form, headers: { authorization } },
  });
  expect(listed.status).toBe(200);

  const suppression = `/domains/${DOMAIN}/suppressions/${encodeURIComponent(ADDRESS)}`;
  await until(async () => {
    const answer = (await (await control(suppression)).json()) as { readonly suppressed?: boolean };
    return answer.suppressed === true;
  });
  await enqueue('before');
  await until(async () => (await report('before'))?.outcomes.delivered === 1);
  expect((await report('before'))?.recipients).toMatchObject({ accepted: 1, suppressed: 1 });

  const removed = await control(suppression, {
    ...{ method: 'DELETE', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ reason: 'a test', actor: 'tester' }),
  });
  expect(removed.status).toBe(200);
  expect(await removed.json()).toMatchObject({
    ...{ changed: true, suppressed: false, removed: ['complaint', 'mailgun:complaint'] },
  });
  await enqueue('after');
  await until(async () => (await report('after'))?.outcomes.delivered === 2);

  expect((await report('after'))?.recipients).toMatchObject({ accepted: 2, suppressed: 0 });
  const books = (await (await fetch(`${endpoints.mailgun.url}/__simulator/books`)).json()) as Books;
  expect(books.campaigns['acme/before']?.emails).toMatchObject({ total: 1 });
  expect(books.campaigns['acme/after']?.emails).toMatchObject({ total: 2 });
  await start.end();
  expect(start.everythingSaid()).not.toContain(ADDRESS);
}, 240_000);
