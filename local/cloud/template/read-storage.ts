import { generateSecretValue } from '../secrets/generate-secret-value';
import { BrokenTemplateError } from '../cloud-error';
import type { BucketPlan, SecretPlan, TablePlan } from './blueprint';
import { secretProperties, tableProperties } from './property-schemas';
import type { TemplateReader } from './read-blueprint';

/** Tables with their keys and indexes. All are on demand: a provisioned limit would only slow them. */
export function readTables(reader: TemplateReader): TablePlan[] {
  return reader.all('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map((table) => ({
    subject: table.subject,
    logicalId: table.logicalId,
    name: table.name,
    arn: table.arn,
    definition: {
      TableName: table.name,
      BillingMode: 'PAY_PER_REQUEST',
      ...reader.properties(table, tableProperties),
    },
  }));
}

/** Buckets. */
export function readBuckets(reader: TemplateReader): BucketPlan[] {
  return reader
    .all('AWS::S3::Bucket')
    .map(({ subject, logicalId, name }) => ({ subject, logicalId, name }));
}

/** Secrets, each with its first value generated as the template says. */
export function readSecrets(reader: TemplateReader): SecretPlan[] {
  return reader.all('AWS::SecretsManager::Secret').map((secret) => {
    const properties = reader.properties(secret, secretProperties);
    try {
      return {
        subject: secret.subject,
        logicalId: secret.logicalId,
        name: secret.name,
        arn: secret.arn,
        value: generateSecretValue(properties),
      };
    } catch {
      // The cause would quote the template of the secret.
      throw new BrokenTemplateError(secret.subject, 'SecretStringTemplate is not a JSON object');
    }
  });
}
