import { StartError } from './start-error';

const NAMES = [
  ...(['CampaignQueueUrl', 'CampaignDeadLetterQueueUrl', 'EventQueueUrl'] as const),
  ...(['EventDeadLetterQueueUrl', 'WebhookUrl', 'ControlApiUrl', 'NotificationsTopicArn'] as const),
  ...([
    'BatchesTableName',
    'TalliesTableName',
    'EventsTableName',
    'SuppressionsTableName',
  ] as const),
  ...(['ControlsTableName', 'ParkedBucketName', 'SecretArn'] as const),
];

/** What the stacks say of themselves: the same names as after a deployment. */
export type Outputs = Readonly<Record<(typeof NAMES)[number], string>>;

/** @throws {StartError} naming the outputs that the template lacks. */
export function readOutputs(outputs: Readonly<Record<string, string>>): Outputs {
  const missing = NAMES.filter((name) => outputs[name] === undefined);
  if (missing.length === 0) return outputs;
  throw new StartError(`broken template: no output ${missing.join(', ')}`);
}
