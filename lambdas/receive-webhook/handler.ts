import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { awsClientSettings } from '../adapters/aws/client-settings';
import { MeteredFormatter } from '../adapters/powertools/metered-formatter';
import { SecretStore } from '../adapters/secrets/secret-store';
import { SqsEventQueue } from '../adapters/sqs/event-queue';
import { environmentSchema } from './environment';
import { callIn, requestIdIn, type GatewayEvent } from './gateway-event';
import { createReceiveWebhook } from './receive-webhook';
import { createSourceCheck } from './source-networks';

const environment = environmentSchema.parse(process.env);
const logger = new Logger({ serviceName: 'receive-webhook', logFormatter: new MeteredFormatter() });
// Mailgun waits for the answer: better a 503 that it repeats than a call it gives up on.
const settings = { maxAttempts: 2, ...awsClientSettings(2_000) };
const receiveWebhook = createReceiveWebhook({
  secrets: new SecretStore({
    client: new SecretsManagerClient(settings),
    secretId: environment.SECRET_ARN,
    clock: Date.now,
    log: logger,
  }),
  queue: new SqsEventQueue(new SQSClient(settings), environment.EVENT_QUEUE_URL),
  clock: Date.now,
  log: logger,
  window: {
    maxAgeSeconds: environment.MAX_AGE_SECONDS,
    maxAheadSeconds: environment.MAX_AHEAD_SECONDS,
  },
  isSource: createSourceCheck(environment.SOURCE_NETWORKS),
});

export const handler = middy<GatewayEvent>()
  .use(injectLambdaContext(logger))
  .handler((event) => {
    logger.setCorrelationId(requestIdIn(event));
    return receiveWebhook(callIn(event));
  });
