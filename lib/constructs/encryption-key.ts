import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** What tells the key of one deployment from that of another. */
export interface EncryptionKeyProps {
  /** Name of the deployment. */
  readonly stage: string;
  /** Whether the key may go with its stack, and all that it encrypted with it. */
  readonly disposable: boolean;
}

/** The shortest KMS offers between the deletion of a key and its end. */
const PENDING = Duration.days(7);

/**
 * The key of one deployment, renewed by KMS every year, under the alias `campaign-mailgun-<stage>`.
 *
 * IAM of its account decides who uses it; no role is named in its policy, because the roles are in a
 * stack that depends on this one. What is no principal of the account is let in by the policy:
 * CloudWatch, to write of alarms into an encrypted topic and to keep encrypted logs.
 */
export class EncryptionKey extends Key {
  constructor(scope: Construct, id: string, { stage, disposable }: EncryptionKeyProps) {
    super(scope, id, {
      description: `Data of campaign-mailgun, stage ${stage}`,
      alias: `campaign-mailgun-${stage}`,
      enableKeyRotation: true,
      ...(disposable && { pendingWindow: PENDING }),
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    this.letInAlarms();
    this.letInLogs();
  }

  /** @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html, "Enable compatibility between event sources" */
  private letInAlarms(): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }

  /** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
  private letInLogs(): void {
    const stack = Stack.of(this);
    const logGroups = stack.formatArn({
      ...{ service: 'logs', resource: 'log-group', resourceName: '*' },
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
        actions: [
          ...['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*'],
          ...['kms:GenerateDataKey*', 'kms:DescribeKey'],
        ],
        resources: ['*'],
        conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
      }),
    );
  }
}
