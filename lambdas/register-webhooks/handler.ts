import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { awsClientSettings } from '../adapters/aws/client-settings';
import { ResponseUrl } from '../adapters/cloudformation/response-url';
import { WebhookLeftoversTable } from '../adapters/dynamodb/webhook-leftovers-table';
import { MailgunWebhookRegistry } from '../adapters/mailgun/mailgun-webhook-registry';
import { Transport } from '../adapters/mailgun/transport';
import { MeteredFormatter } from '../adapters/powertools/metered-formatter';
import { SecretStore } from '../adapters/secrets/secret-store';
import { environmentSchema } from './environment';
import { createRegisterWebhooks } from './register-webhooks';

const environment = environmentSchema.parse(process.env);
const settings = awsClientSettings();
const log = new Logger({ serviceName: 'register-webhooks', logFormatter: new MeteredFormatter() });
const clock = Date.now;
const transport = new Transport({ connectTimeoutMs: 5_000 });
const secrets = new SecretStore({
  client: new SecretsManagerClient(settings),
  secretId: environment.SECRET_ARN,
  clock,
  log,
});

const registerWebhooks = createRegisterWebhooks({
  registryOf: (domains) => new MailgunWebhookRegistry({ domains, secrets, transport, clock }),
  leftovers: new WebhookLeftoversTable(
    DynamoDBDocumentClient.from(new DynamoDBClient(settings)),
    environment.CONTROLS_TABLE_NAME,
  ),
  replies: new ResponseUrl(transport, clock),
  desired: {
    url: environment.WEBHOOK_URL,
    events: environment.WEBHOOK_EVENTS,
    domains: environment.DOMAINS,
  },
  clock,
  log,
  sleep: (ms) => sleep(ms, undefined, { ref: false }),
});

export const handler = middy()
  .use(injectLambdaContext(log))
  .handler((event: unknown, context: Context) =>
    registerWebhooks(event, clock() + context.getRemainingTimeInMillis()),
  );
