import { execFile } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { enqueueCampaign } from '../../client/enqueue-campaign';
import type { RecipientEntry } from '../../lambdas/control/look-up-recipient';
import type { CampaignReport } from '../../lambdas/core/report/campaign-report';
import type { FunctionOperations } from '../../local/cloud/operations/operation-counters';
import type { Books } from '../../local/mailgun-simulator/books/books';
import { webhookEvent } from '../support/builders/webhooks';
import { tell } from '../support/figures/tell';
import { StartProcess, until } from './start-process';
import type { Endpoints } from './start-process';

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

const message = {
  from: 'Acme <news@mg.example.com>',
  subject: 'Hi %recipient.first%',
  text: 'Hello.',
};

async function report(campaignId: string): Promise<CampaignReport | undefined> {
  const response = await fetch(`${endpoints.outputs.ControlApiUrl}/campaigns/acme/${campaignId}`);
  return response.ok ? ((await response.json()) as CampaignReport) : undefined;
}

async function books(): Promise<Books> {
  const response = await fetch(`${endpoints.mailgun.url}/__simulator/books`);
  return (await response.json()) as Books;
}

function signed(eventData: object, key: string): string {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const token = randomBytes(25).toString('hex');
  const signature = createHmac('sha256', key)
    .update(timestamp + token)
    .digest('hex');
  return JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': eventData });
}

async function entryOf(campaignId: string, email: string): Promise<RecipientEntry> {
  const path = `/campaigns/acme/${campaignId}/recipients/${encodeURIComponent(email)}`;
  const response = await fetch(`${endpoints.outputs.ControlApiUrl}${path}`);
  const { entries } = (await response.json()) as { entries: [RecipientEntry] };
  return entries[0];
}

const postTo = (url: string, body: string) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
const postWebhook = (body: string) => postTo(endpoints.outputs.WebhookUrl, body);

/** What the receiver has done to other services, once no webhook of Mailgun's is on its way. */
async function receiverOperations() {
  await fetch(`${endpoints.mailgun.url}/__simulator/settle`, { method: 'POST' });
  const response = await fetch(`${endpoints.admin}/__cloud/operations`);
  const functions = (await response.json()) as Record<string, FunctionOperations>;
  const { invocations, errors, sqs, dynamodb, secrets } = functions['webhook-receiver']!;
  return {
    ...{ invocations, errors, tableRequests: dynamodb.requests },
    sends: sqs['SendMessage'] ?? 0,
    secretReads: secrets['GetSecretValue'] ?? 0,
  };
}

function differenceOf<K extends string>(before: Record<K, number>, after: Record<K, number>) {
  const names = Object.keys(after) as K[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]]));
}

/** Posts forged calls, and a good one after every ninth. */
async function flood(url: string, calls: number): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  for (let call = 0; call < calls; call += 1) {
    const key = call % 10 === 9 ? endpoints.mailgun.webhookSigningKey : 'forged';
    const { status } = await postTo(url, signed(webhookEvent('opened'), key));
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

describe('the local mailer, while it serves', () => {
  it('sends what any producer puts on the queue', async () => {
    const request = {
      ...{ version: 1, accountId: 'acme', campaignId: 'by-hand', batchId: '1' },
      ...{ domain: 'mg.example.com', message },
      recipients: [{ email: 'deliver-1@example.com' }, { email: 'bounce-1@example.com' }],
    };

    await sqs.send(
      new SendMessageCommand({
        QueueUrl: endpoints.outputs.CampaignQueueUrl,
        MessageBody: JSON.stringify(request),
      }),
    );

    await until(async () => (await report('by-hand'))?.outcomes.bounced === 1);
    await until(async () => (await report('by-hand'))?.outcomes.delivered === 1);
    expect((await report('by-hand'))?.recipients).toMatchObject({ audience: 2, accepted: 2 });
  }, 120_000);

  it('counts webhooks that are signed, and refuses forged ones for good', async () => {
    const [ada, bob] = ['deliver-ada@example.com', 'deliver-bob@example.com'] as const;
    await enqueueCampaign({
      ...{ accountId: 'acme', campaignId: 'hooks', domain: 'mg.example.com', message },
      ...{ sqs, queueUrl: endpoints.outputs.CampaignQueueUrl },
      recipients: [{ email: ada }, { email: bob }],
    });
    await until(async () => (await report('hooks'))?.outcomes.delivered === 2);
    const { messageId } = await entryOf('hooks', ada);
    const about = (name: string, recipient: string) => ({
      ...webhookEvent(name),
      recipient,
      message: { headers: { 'message-id': messageId } },
    });
    const post = async (event: object, key: string) =>
      (await postWebhook(signed(event, key))).status;
    const { webhookSigningKey } = endpoints.mailgun;

    // The forged ones first: whatever became of them has happened when the genuine ones are counted.
    expect(await post(about('complained', bob), 'another key')).toBe(406);
    expect(await post(about('unsubscribed', ada), 'another key')).toBe(406);
    expect(await post(about('complained', ada), webhookSigningKey)).toBe(200);
    expect(await post(about('complained', ada), webhookSigningKey)).toBe(200);
    expect(await post(about('opened', bob), webhookSigningKey)).toBe(200);

    await until(async () => (await report('hooks'))?.outcomes.complained === 1);
    await until(async () => (await report('hooks'))?.outcomes.opened === 1);
    expect((await report('hooks'))?.outcomes).toEqual({
      ...{ delivered: 2, bounced: 0, failed: 0, deferred: 0, outstanding: 0 },
      ...{ complained: 1, unsubscribed: 0 },
      ...{ opened: 1, machineOpened: 0, clicked: 0, machineClicked: 0 },
    });
    expect((await entryOf('hooks', ada)).outcomes).toEqual(['delivered', 'complained']);
    expect((await entryOf('hooks', bob)).outcomes).toEqual(['delivered', 'opened']);
  }, 120_000);

  it('e-mails nobody twice when its sender is killed again and again, and the producer starts over', async () => {
    const parts = ['a', 'b', 'c', 'd', 'e', 'f'];
    const enqueue = async () => {
      for (const part of parts) {
        await enqueueCampaign({
          ...{ accountId: 'acme', campaignId: 'killed', domain: 'mg.example.com', message },
          ...{ sqs, queueUrl: endpoints.outputs.CampaignQueueUrl, batchIdPrefix: part },
          recipients: Array.from({ length: 100 }, (_, at) => ({
            email: `deliver-${part}-${at}@example.org`,
          })),
        });
      }
    };
    // Mailgun takes a message, and is slow to say so: a worker that dies then can't know.
    await fetch(`${endpoints.mailgun.url}/__simulator/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        match: { endpoint: 'messages' },
        fault: { delay: 'after', delayMs: 1500 },
        count: 4,
      }),
    });
    const campaignBooks = async () => (await books()).campaigns['acme/killed'];
    const kill = async () => {
      const path = '/__cloud/functions/batch-sender/kill';
      const response = await fetch(`${endpoints.admin}${path}`, { method: 'POST' });
      return ((await response.json()) as { workersKilled: number }).workersKilled;
    };

    await enqueue();
    await until(async () => ((await campaignBooks())?.batches ?? 0) > 0);
    const killed = await kill();
    await sleep(500);
    await kill();
    await enqueue();
    await until(async () => (await report('killed'))?.recipients.accepted === 600);
    await until(async () => (await books()).idle);

    expect(killed).toBeGreaterThan(0);
    expect((await campaignBooks())?.emails).toMatchObject({
      ...{ total: 600, recipients: 600, mostToOne: 1, repeated: 0 },
    });
  }, 180_000);

  it('answers calls to any other path without running a function', async () => {
    const { WebhookUrl } = endpoints.outputs;
    const { origin, pathname } = new URL(WebhookUrl);
    const [, guid = ''] = /^\/webhooks\/mailgun\/([0-9a-f-]{36})$/.exec(pathname) ?? [];
    const before = await receiverOperations();

    for (const path of [
      ...['/', '/webhooks', '/webhooks/mailgun', '/webhooks/mailgun/', `${pathname}/`],
      ...[`/webhooks/mailgun/${randomUUID()}`, `/webhooks/mailgun/${guid.toUpperCase()}`],
    ]) {
      expect([path, await flood(origin + path, 20)]).toEqual([path, { 404: 20 }]);
    }

    const after = await receiverOperations();
    tell('140 calls to other paths', differenceOf(before, after));
    expect(after).toEqual(before);
  }, 120_000);

  it('takes every good call of a flood on the right path, and spends next to nothing on the others', async () => {
    const before = await receiverOperations();

    const statuses = await flood(endpoints.outputs.WebhookUrl, 1_000);

    const after = await receiverOperations();
    tell('900 forged calls and 100 good ones to the URL', differenceOf(before, after));
    expect(statuses).toEqual({ 200: 100, 406: 900 });
    expect(after.invocations - before.invocations).toBe(1_000);
    expect(after.sends - before.sends).toBe(100);
    expect([after.errors, after.tableRequests]).toEqual([before.errors, 0]);
    // One worker answers calls that come one after another; two if a campaign before had woken two.
    expect(after.secretReads - before.secretReads).toBeLessThanOrEqual(2 * (1 + 2 + 2));
  }, 120_000);

  it('loses no webhook while the signing key is replaced by the command', async () => {
    const recipients = (part: string) =>
      Array.from({ length: 100 }, (_, at) => ({ email: `deliver-${part}-${at}@example.net` }));
    const enqueue = (part: string) =>
      enqueueCampaign({
        ...{ accountId: 'acme', campaignId: 'rotation', domain: 'mg.example.com', message },
        ...{ sqs, queueUrl: endpoints.outputs.CampaignQueueUrl, batchIdPrefix: part },
        recipients: recipients(part),
      });
    const before = (await books()).webhooks;

    const command = ['--import', 'tsx', 'bin/rotate-signing-key.ts', '--local', '--state'];
    const rotation = promisify(execFile)(process.execPath, [...command, start.stateDirectory]);
    for (const part of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      await enqueue(part);
      await sleep(2_000);
    }
    const { stdout } = await rotation;
    await enqueue('z');

    expect(stdout).toContain('made a new key');
    await until(async () => (await report('rotation'))?.recipients.accepted === 900);
    await until(async () => (await books()).idle);
    // Refused for good is what a key that is not known yet would be; Mailgun's eight hours of repetitions
    // are eight seconds here, and what a busy machine is late with says nothing of keys.
    const after = (await books()).webhooks;
    const late = after.dropped - before.dropped;
    tell('900 e-mails while the key was replaced', { refused: after.rejected, late });
    expect(after.rejected).toBe(before.rejected);
    await until(async () => ((await report('rotation'))?.outcomes.delivered ?? 0) >= 900 - late);
  }, 180_000);

  it('leaves nothing behind when it is told to end', async () => {
    const exitCode = await start.end('SIGTERM');

    expect(exitCode).toBe(0);
    await expect(fetch(endpoints.mailgun.url)).rejects.toThrow('fetch failed');
    await expect(fetch(endpoints.services.sqs)).rejects.toThrow('fetch failed');
  });
});
