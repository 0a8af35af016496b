import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { awsClientSettings } from '../adapters/aws/client-settings';
import { NodeDns } from '../adapters/dns/node-dns';
import { ControlsTable } from '../adapters/dynamodb/controls-table';
import { DomainHealthTable } from '../adapters/dynamodb/domain-health-table';
import { MailgunDomainAccount } from '../adapters/mailgun/mailgun-domain-account';
import { MailgunWebhookRegistry } from '../adapters/mailgun/mailgun-webhook-registry';
import { SendingQueueReader } from '../adapters/mailgun/sending-queue-status';
import { Transport } from '../adapters/mailgun/transport';
import { MeteredFormatter } from '../adapters/powertools/metered-formatter';
import { SecretStore } from '../adapters/secrets/secret-store';
import { createNotifier } from '../adapters/sns/create-notifier';
import { ReleaseQueue } from '../adapters/sqs/release-queue';
import { examineDomain } from '../core/domain-health/examine-domain';
import { createCheckDomains } from './check-domains';
import { environmentSchema } from './environment';

const environment = environmentSchema.parse(process.env);
const { CONTROLS_TABLE_NAME: controls, DOMAINS: domains } = environment;
const settings = awsClientSettings();
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
const sqs = new SQSClient(settings);
const log = new Logger({ serviceName: 'check-domains', logFormatter: new MeteredFormatter() });
const clock = Date.now;
const access = {
  domains,
  secrets: new SecretStore({
    client: new SecretsManagerClient(settings),
    secretId: environment.SECRET_ARN,
    clock,
    log,
  }),
  transport: new Transport({ connectTimeoutMs: 5_000 }),
  clock,
};
const examination = {
  account: new MailgunDomainAccount(access),
  dns: new NodeDns(),
  registry: new MailgunWebhookRegistry(access),
  queues: new SendingQueueReader(access),
  webhooks:
    environment.WEBHOOK_EVENTS.length === 0
      ? undefined
      : { url: environment.WEBHOOK_URL, events: environment.WEBHOOK_EVENTS },
  clock,
};

const checkDomains = createCheckDomains({
  domains: Object.keys(domains),
  examine: (domain) => examineDomain(examination, domain),
  healths: new DomainHealthTable(documents, controls),
  controls: new ControlsTable(documents, controls),
  blocks: environment.BLOCKS,
  releases: new ReleaseQueue(sqs, environment.RELEASE_QUEUE_URL),
  notifier: createNotifier(environment, sqs, log),
  clock,
  log,
});

export const handler = middy().use(injectLambdaContext(log)).handler(checkDomains);
