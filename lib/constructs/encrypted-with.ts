import { Duration, Stack, type IAspect } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/**
 * How long SQS uses a data key before it asks KMS for another, for each principal and queue. SQS's own
 * five minutes would be twelve times the requests; a key that is disabled is felt within this time.
 */
const DATA_KEY_REUSE = Duration.hours(1);

const READING = ['kms:Decrypt'];

// Who lets a service make a data key also lets it decrypt that, by which the service checks it.
const WRITING = ['kms:Decrypt', 'kms:GenerateDataKey'];

/**
 * What an action needs of the key of what it acts on. DynamoDB asks for the table's own data key, made
 * with the table, whether an item is read or written.
 */
const KEY_USE: Readonly<Record<string, readonly string[]>> = {
  'dynamodb:BatchGetItem': READING,
  'dynamodb:DeleteItem': READING,
  'dynamodb:GetItem': READING,
  'dynamodb:PutItem': READING,
  'dynamodb:Query': READING,
  'dynamodb:UpdateItem': READING,
  's3:GetObject': READING,
  's3:PutObject': WRITING,
  'secretsmanager:GetSecretValue': READING,
  'sns:Publish': WRITING,
  'sqs:ReceiveMessage': READING,
  'sqs:SendMessage': WRITING,
};

/** Actions on what is encrypted that reach no content. */
const NO_KEY_USE: ReadonlySet<string> = new Set([
  's3:DeleteObject',
  's3:ListBucket',
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
]);

const ENCRYPTED_SERVICES: ReadonlySet<string> = new Set(
  Object.keys(KEY_USE).map((action) => serviceOf(action)),
);

/**
 * Encrypts with one key whatever keeps data below a construct: tables, queues, topics, buckets, secrets
 * and log groups; and lets every role use the key through the services on which its policy lets it act
 * on such data, for as much as it may do there.
 *
 * An aspect, so that nothing that is added later is forgotten, neither a queue nor a permission.
 */
export class EncryptedWith implements IAspect {
  constructor(private readonly key: IKey) {}

  /** @throws {Error} when a policy allows an action of which is not known what it needs of the key. */
  visit(node: IConstruct): void {
    const { keyArn } = this.key;
    if (node instanceof CfnTable) {
      node.sseSpecification = { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: keyArn };
    } else if (node instanceof CfnQueue) {
      // SQS has one way of encryption at a time.
      node.sqsManagedSseEnabled = undefined;
      node.kmsMasterKeyId = keyArn;
      node.kmsDataKeyReusePeriodSeconds = DATA_KEY_REUSE.toSeconds();
    } else if (node instanceof CfnTopic) {
      node.kmsMasterKeyId = keyArn;
    } else if (node instanceof CfnBucket) {
      node.bucketEncryption = encryptionOfBucket(keyArn);
    } else if (node instanceof CfnSecret || node instanceof CfnLogGroup) {
      node.kmsKeyId = keyArn;
    } else if (node instanceof Policy) {
      node.addStatements(...this.keyUseOf(node));
    }
  }

  /** One statement for the services through which a policy's role only reads, one for the others. */
  private keyUseOf(policy: Policy): PolicyStatement[] {
    const used = actionsOf(policy).filter((action) => usesKey(action, policy));
    const written = servicesOf(used.filter((action) => KEY_USE[action] === WRITING));
    const read = servicesOf(used).filter((service) => !written.includes(service));
    return [this.through(read, READING, policy), this.through(written, WRITING, policy)].flat();
  }

  private through(services: readonly string[], actions: readonly string[], policy: Policy) {
    if (services.length === 0) return [];
    const { region } = Stack.of(policy);
    const endpoints = services.map((service) => `${service}.${region}.amazonaws.com`);
    return [
      new PolicyStatement({
        actions: [...actions],
        resources: [this.key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': endpoints } },
      }),
    ];
  }
}

/** A data key for the bucket, not for each object. */
function encryptionOfBucket(kmsMasterKeyId: string): CfnBucket.BucketEncryptionProperty {
  return {
    serverSideEncryptionConfiguration: [
      {
        bucketKeyEnabled: true,
        serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId },
      },
    ],
  };
}

function actionsOf({ document }: Policy): string[] {
  const { Statement = [] } = (document.toJSON() ?? {}) as {
    readonly Statement?: readonly { readonly Action: string | readonly string[] }[];
  };
  return [...new Set(Statement.flatMap(({ Action }) => Action))];
}

function usesKey(action: string, { node }: Policy): boolean {
  if (action in KEY_USE) return true;
  if (ENCRYPTED_SERVICES.has(serviceOf(action)) && !NO_KEY_USE.has(action)) {
    throw new Error(`unknown what ${action} needs of a key, received in ${node.path}`);
  }
  return false;
}

function servicesOf(actions: readonly string[]): string[] {
  return [...new Set(actions.map(serviceOf))].sort();
}

function serviceOf(action: string): string {
  return action.split(':')[0] ?? action;
}
