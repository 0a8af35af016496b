import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsClientSettings } from '../adapters/aws/client-settings';
import { MeteredFormatter } from '../adapters/powertools/metered-formatter';
import { DeliveryEventTopic } from '../adapters/sns/delivery-event-topic';
import { NotificationTopic } from '../adapters/sns/notification-topic';
import { CampaignQueue } from '../adapters/sqs/campaign-queue';
import { DeadLetterQueue } from '../adapters/sqs/dead-letter-queue';
import { readPublicationMessage } from '../adapters/sqs/publication-message';
import { environmentSchema } from './environment';
import { createPublishNotifications } from './publish-notifications';

const environment = environmentSchema.parse(process.env);
const { DELIVERY_EVENTS_TOPIC_ARN: deliveryEventsTopicArn } = environment;
const settings = awsClientSettings();
const sns = new SNSClient(settings);
const sqs = new SQSClient(settings);
const log = new Logger({
  serviceName: 'publish-notifications',
  logFormatter: new MeteredFormatter(),
});

const publishNotifications = createPublishNotifications({
  notifications: new NotificationTopic(sns, environment.NOTIFICATIONS_TOPIC_ARN),
  deliveryEvents:
    deliveryEventsTopicArn === '' ? undefined : new DeliveryEventTopic(sns, deliveryEventsTopicArn),
  readPublication: readPublicationMessage,
  queue: new CampaignQueue(sqs, environment.QUEUE_URL),
  deadLetters: new DeadLetterQueue(sqs, environment.DEAD_LETTER_QUEUE_URL, log),
  log,
});

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(log))
  .handler(publishNotifications);
