import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalMailer } from './local-mailer';
import type { StartOptions } from './options';
import { SAMPLE_DOMAIN } from './sample-campaign';
import { aligned } from './text';

/**
 * Writes down where everything is reached, for programs in any language.
 *
 * @returns the file's path.
 */
export function writeEndpoints(mailer: LocalMailer, stateDirectory: string): string {
  const { cloud, outputs, mailgun } = mailer;
  const { region, accountId, credentials, services, admin, queues, tables } = cloud.endpoints;
  const { topics, buckets, apis, functions } = cloud.endpoints;
  const endpoints = {
    ...{ region, accountId, credentials, services, admin },
    outputs,
    domain: SAMPLE_DOMAIN,
    mailgun: {
      url: mailgun.url,
      simulated: mailer.simulator !== undefined,
      apiKey: mailgun.apiKey,
      webhookSigningKey: mailgun.webhookSigningKey,
    },
    ...{ queues, tables, topics, buckets, apis, functions },
    notEmulated: cloud.notEmulated,
  };
  const path = join(stateDirectory, 'endpoints.json');
  writeFileSync(path, `${JSON.stringify(endpoints, null, 2)}\n`);
  return path;
}

/** The endpoints that people need most. */
export function endpointLines(
  { cloud, outputs, mailgun, simulator }: LocalMailer,
  { campaign }: Pick<StartOptions, 'campaign'>,
): string[] {
  const { admin, credentials, region, services } = cloud.endpoints;
  const reported = campaign ? 'acme/spring-sale' : '{account}/{campaign}';
  return aligned(
    [
      ['campaign queue', outputs.CampaignQueueUrl],
      ['dead letters', outputs.CampaignDeadLetterQueueUrl],
      ['webhooks', outputs.WebhookUrl],
      ['report', `${outputs.ControlApiUrl}/campaigns/${reported}`],
      ['local cloud', `${admin}/__cloud/endpoints`],
      ['SQS, SNS, S3', services.sqs],
      ['DynamoDB', services.dynamodb],
      [simulator === undefined ? 'Mailgun' : 'Mailgun simulator', mailgun.url],
      ...(simulator === undefined
        ? []
        : [
            ['its books', `${mailgun.url}/__simulator/books`],
            ['its faults', `${mailgun.url}/__simulator/faults`],
          ]),
      ['webhook key', mailgun.webhookSigningKey],
      [
        'credentials',
        `${credentials.accessKeyId} / ${credentials.secretAccessKey}, region ${region}`,
      ],
    ],
    [],
  );
}
