import { rm } from 'node:fs/promises';
import type { SampleBooks } from '../../../local/start/verdict';
import type { CampaignReport } from '../../../lambdas/core/report/campaign-report';
import { Cdk, type CdkApp, type StackOutputs } from './cdk';
import { ForeignClient, type Answer, type Credentials } from './foreign-client';
import { startMailgun, type MailgunProcess } from './mailgun';
import { makeDirectory, type Outcome } from './run-command';

/** Sending domain of every deployment here. */
export const DOMAIN = 'mg.example.com';

/** IAM users around one deployment. */
export interface Callers {
  /** May send to the campaign queue. */
  readonly producer: Credentials;
  /** May call the control API. */
  readonly operator: Credentials;
  /** May do nothing. */
  readonly stranger: Credentials;
}

/** One stage on the emulator, with a Mailgun of its own and people who use it. */
export class Deployment {
  readonly client: ForeignClient;
  private readonly cdk: Cdk;
  private callers: Callers | undefined;
  private current: StackOutputs = {};

  private constructor(
    readonly mailgun: MailgunProcess,
    private readonly app: CdkApp,
    environment: Readonly<Record<string, string>>,
  ) {
    this.client = new ForeignClient(environment);
    this.cdk = new Cdk(environment);
  }

  /** Starts a Mailgun for a stage that is yet to be deployed. */
  static async create(stage: string): Promise<Deployment> {
    const environment = JSON.parse(process.env['TEST_EMULATOR'] ?? '{}') as Record<string, string>;
    const mailgun = await startMailgun(environment);
    const directory = await makeDirectory('app');
    return new Deployment(mailgun, { stage, directory, mailgunUrl: mailgun.url }, environment);
  }

  /** Deploys a project, this one unless told otherwise; the first time, its users are made too. */
  async deploy(project?: string): Promise<void> {
    this.current = await this.cdk.deploy({ ...this.app, ...(project && { project }) });
    const secretId = this.output('SecretArn');
    await this.client.run('mend-secret-references', { word: this.prefix, secretId });
    this.callers ??= await this.createCallers();
  }

  /** What an operator does once after the first deployment. */
  async connect(): Promise<void> {
    const { apiKey, signingKey } = this.mailgun;
    const secretId = this.output('SecretArn');
    await this.client.run('store-keys', { secretId, apiKey, signingKey });
    // What the deployment could not register without a key, its schedule completes. Names are cut at 64.
    await this.client.run('run-schedule', {
      ...{ word: this.prefix, function: 'WebhookReg' },
      event: { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} },
    });
  }

  /** An output of the stacks. */
  output(name: string): string {
    const value = this.current[name];
    if (value === undefined) throw new Error(`the stacks have no output ${name}`);
    return value;
  }

  /** Keys of one of the users. */
  caller(name: keyof Callers): Credentials {
    if (this.callers === undefined) throw new Error('nothing is deployed yet');
    return this.callers[name];
  }

  /** Enqueues a campaign of account `acme` as the producer. */
  async enqueue(
    campaignId: string,
    recipients: readonly string[],
    { batchSize, firstBatch = 1 }: { readonly batchSize: number; readonly firstBatch?: number },
  ): Promise<void> {
    await this.client.run('enqueue', {
      ...{ accountId: 'acme', campaignId, recipients, batchSize, firstBatch },
      queueUrl: this.output('CampaignQueueUrl'),
      credentials: this.caller('producer'),
    });
  }

  /** Calls the control API, as the operator unless told otherwise. */
  control(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
    const credentials = this.caller('operator');
    const url = `${this.output('ControlApiUrl')}${path}`;
    return this.client.call(method, url, { credentials, ...(body && { body }) });
  }

  /** The report of a campaign of account `acme`; `undefined` while it is not known, or takes long to read. */
  async report(campaignId: string): Promise<CampaignReport | undefined> {
    // On a busy machine a campaign takes seconds to read, and what is kept of it would serve for minutes.
    const path = `/campaigns/acme/${campaignId}?fresh=true`;
    const { status, body } = await this.control('GET', path);
    if (status === 404 || isNotReady(body)) return undefined;
    if (status !== 200) throw new Error(`the report answered ${status}: ${JSON.stringify(body)}`);
    return body as CampaignReport;
  }

  /** The report and the simulator's books, when they satisfy a condition. */
  async eventually(
    campaignId: string,
    satisfied: (report: CampaignReport, books: SampleBooks) => boolean,
    withinMs = 180_000,
  ): Promise<{ readonly report: CampaignReport; readonly books: SampleBooks }> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      await this.mailgun.settle();
      const report = await this.report(campaignId);
      const books = await this.booksOf(campaignId);
      if (report !== undefined && satisfied(report, books)) return { report, books };
      if (performance.now() > deadline) {
        throw new Error(`not in time: ${JSON.stringify({ report, books }, undefined, 2)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }

  /** Books of a campaign of account `acme`; all zero when Mailgun never heard of it. */
  async booksOf(campaignId: string): Promise<SampleBooks> {
    const { campaigns, mistakes, webhooks, calls } = await this.mailgun.books();
    const campaign = campaigns[`acme/${campaignId}`] ?? NO_BOOKS;
    return { ...campaign, mistakes, webhooks, calls, mailedAgainstWish: 0 };
  }

  /** Everything on the emulator that belongs to this stage. */
  remains(): Promise<Record<string, string[]>> {
    return this.client.run('remains', { word: this.prefix });
  }

  /** What the functions have logged. */
  logs(): Promise<readonly string[]> {
    return this.client.run('logs', { word: this.prefix });
  }

  /** `cdk destroy`. */
  destroy(): Promise<Outcome> {
    return this.cdk.destroy(this.app);
  }

  /** Ends the simulator and removes the users and files. */
  async close(): Promise<void> {
    await this.mailgun.stop();
    if (this.callers !== undefined) {
      for (const caller of Object.keys(this.callers)) {
        await this.client.run('remove-caller', { name: this.nameOf(caller) });
      }
    }
    await rm(this.app.directory, { recursive: true, force: true });
  }

  private async createCallers(): Promise<Callers> {
    const [, apiId = ''] = /\/\/([^.]+)\./.exec(this.output('ControlApiUrl')) ?? [];
    const queueName = this.output('CampaignQueueUrl').split('/').at(-1) ?? '';
    const create = (name: keyof Callers, allow: readonly [string, string][]) =>
      this.client.run<Credentials>('create-caller', { name: this.nameOf(name), allow });
    return {
      producer: await create('producer', [
        ['sqs:SendMessage', `arn:aws:sqs:us-east-1:000000000000:${queueName}`],
      ]),
      operator: await create('operator', [
        ['execute-api:Invoke', `arn:aws:execute-api:us-east-1:000000000000:${apiId}/*`],
      ]),
      stranger: await create('stranger', []),
    };
  }

  private get prefix(): string {
    return `campaign-mailgun-${this.app.stage}`;
  }

  private nameOf(caller: string): string {
    return `${this.app.stage}-${caller}`;
  }
}

const isNotReady = (body: unknown): boolean =>
  (body as { error?: { code?: string } } | null)?.error?.code === 'report-not-ready';

const NO_OUTCOMES = {
  ...{ delivered: 0, bounced: 0, failed: 0, deferred: 0, outstanding: 0, complained: 0 },
  ...{ unsubscribed: 0, opened: 0, machineOpened: 0, clicked: 0, machineClicked: 0 },
};

const NO_BOOKS = {
  ...{ messages: 0, batches: 0, accepted: 0, suppressed: 0, testMode: 0, repeatedInBatch: 0 },
  emails: { total: 0, recipients: 0, mostToOne: 0, repeated: 0, distribution: {} },
  outcomes: NO_OUTCOMES,
};
