import {
  AspectPriority,
  Aspects,
  CfnOutput,
  Duration,
  RemovalPolicy,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Secret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Settings } from '../config/settings';
import { EncryptedWith } from '../constructs/encrypted-with';
import { EncryptionKey } from '../constructs/encryption-key';
import { RecordTable } from '../constructs/record-table';
import { useOwnFeatureFlags } from './feature-flags';

/** What differs between stages. */
export interface StatefulStackProps extends StackProps {
  /** The checked configuration. */
  readonly settings: Settings;
}

/**
 * Everything that must outlive a deployment: what was sent, what came of it, who must not be mailed,
 * what is set aside, and the secrets. Outside development nothing in it goes with the stack.
 */
export class StatefulStack extends Stack {
  /** Batches, their submissions and recipients' digests. */
  readonly batchesTable: ITable;
  /** Positions by outcome. */
  readonly talliesTable: ITable;
  /** Authenticated events. */
  readonly eventsTable: ITable;
  /** Recipients that must not be mailed. */
  readonly suppressionsTable: ITable;
  /** Standings, holds and caps of campaigns, accounts and domains. */
  readonly controlsTable: ITable;
  /** Payloads set aside until they are released. */
  readonly parkedBucket: IBucket;
  /** Mailgun's keys and the recipients' pepper, as one JSON value. */
  readonly secret: ISecret;
  /** What everything is encrypted with, here and in the service; `undefined` where keys of AWS's own are. */
  readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { settings, ...props }: StatefulStackProps) {
    super(scope, id, { terminationProtection: !settings.development, ...props });
    useOwnFeatureFlags(this);

    const disposable = settings.development;
    this.batchesTable = new RecordTable(this, 'Batches', { disposable });
    // An event is one write into `events`, and its tallies up to as many again.
    const { warmWritesPerSecond } = settings.events;
    const warm = { disposable, warmWritesPerSecond };
    this.talliesTable = new RecordTable(this, 'Tallies', warm);
    this.eventsTable = new RecordTable(this, 'Events', warm);
    // No suppression has a `ttl`: it is lifted by a person, never by time.
    this.suppressionsTable = new RecordTable(this, 'Suppressions', { disposable });
    this.controlsTable = new RecordTable(this, 'Controls', { disposable });
    this.parkedBucket = this.defineParkedBucket(settings);
    this.secret = this.defineSecret(disposable);
    this.key = this.encryptWithKey(settings);

    new CfnOutput(this, 'BatchesTableName', { value: this.batchesTable.tableName });
    new CfnOutput(this, 'TalliesTableName', { value: this.talliesTable.tableName });
    new CfnOutput(this, 'EventsTableName', { value: this.eventsTable.tableName });
    new CfnOutput(this, 'SuppressionsTableName', { value: this.suppressionsTable.tableName });
    new CfnOutput(this, 'ControlsTableName', { value: this.controlsTable.tableName });
    new CfnOutput(this, 'ParkedBucketName', { value: this.parkedBucket.bucketName });
    new CfnOutput(this, 'SecretArn', { value: this.secret.secretArn });
  }

  private encryptWithKey({ encryption, stage, development }: Settings): IKey | undefined {
    if (encryption.key === 'aws') return undefined;

    const key =
      encryption.key === 'own'
        ? new EncryptionKey(this, 'Key', { stage, disposable: development })
        : Key.fromKeyArn(this, 'Key', encryption.key);
    Aspects.of(this).add(new EncryptedWith(key), { priority: AspectPriority.MUTATING });
    new CfnOutput(this, 'EncryptionKeyArn', { value: key.keyArn });
    return key;
  }

  /**
   * Parked payloads hold addresses and bodies. Each is written once and deleted upon its release, so the
   * bucket keeps no versions: they would keep the addresses of what was released.
   */
  private defineParkedBucket({ development, retention }: Settings): IBucket {
    return new Bucket(this, 'Parked', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [
        {
          expiration: Duration.days(retention.parkedDays),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: development ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
  }

  /**
   * The deployer replaces the placeholders after the first deployment; the pepper is made by Secrets
   * Manager and never seen. Any change to what is generated here would make a new value, and a new
   * pepper orphans every stored digest.
   */
  private defineSecret(disposable: boolean): ISecret {
    return new Secret(this, 'Secret', {
      description: "Mailgun's API keys and webhook signing keys, and the recipients' pepper",
      generateSecretString: {
        secretStringTemplate: JSON.stringify({
          apiKeys: { default: 'replace-me' },
          webhookSigningKeys: ['replace-me'],
        }),
        generateStringKey: 'recipientPepper',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
  }
}
