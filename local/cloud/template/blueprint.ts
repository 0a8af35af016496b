import type { NextFiring } from '../schedules/schedule-expression';

/** Everything the local cloud runs, read from the template with every reference resolved. */
export interface Blueprint {
  readonly queues: readonly QueuePlan[];
  readonly topics: readonly TopicPlan[];
  readonly subscriptions: readonly SubscriptionPlan[];
  readonly tables: readonly TablePlan[];
  readonly buckets: readonly BucketPlan[];
  readonly secrets: readonly SecretPlan[];
  readonly functions: readonly FunctionPlan[];
  readonly eventSourceMappings: readonly EventSourceMappingPlan[];
  readonly apis: readonly ApiPlan[];
  readonly schedules: readonly SchedulePlan[];
  readonly customResources: readonly CustomResourcePlan[];
  /** Outputs by name, without the hash CDK appends to those of nested constructs. */
  readonly outputs: Readonly<Record<string, string>>;
  /** What the template asks for and nothing here emulates, such as `AWS::Kinesis::Stream Service/Stream1234`. */
  readonly notEmulated: readonly string[];
}

/** Where a resource stands: `Service/EventQueue4F3A1B22`, for messages and look-ups. */
interface Planned {
  readonly subject: string;
  readonly logicalId: string;
}

export interface QueuePlan extends Planned {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** As the SQS API takes them. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TopicPlan extends Planned {
  readonly name: string;
  readonly arn: string;
}

export interface SubscriptionPlan extends Planned {
  readonly topicArn: string;
  readonly protocol: 'sqs' | 'lambda';
  readonly endpointArn: string;
  /** As the SNS API takes them: `RawMessageDelivery`, `FilterPolicy`, `FilterPolicyScope`. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TablePlan extends Planned {
  readonly name: string;
  readonly arn: string;
  /** Request of `CreateTable`. */
  readonly definition: Readonly<Record<string, unknown>>;
}

export interface BucketPlan extends Planned {
  readonly name: string;
}

export interface SecretPlan extends Planned {
  readonly name: string;
  readonly arn: string;
  readonly value: string;
}

export interface FunctionPlan extends Planned {
  /** What people call it, such as `send-batch`. */
  readonly readableName: string;
  readonly name: string;
  readonly arn: string;
  /** Directory the bundle lies in. */
  readonly codeDirectory: string;
  /** `index.handler` */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
}

export interface EventSourceMappingPlan extends Planned {
  readonly functionArn: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maximumConcurrency: number | undefined;
  readonly reportsItemFailures: boolean;
}

export interface ApiPlan extends Planned {
  readonly apiId: string;
  readonly url: string;
  readonly routes: readonly RoutePlan[];
  /** Path prefixes its stages are served under; empty for `$default`. */
  readonly stagePrefixes: readonly string[];
}

export interface RoutePlan {
  /** `POST /webhooks/{provider}`, `ANY /x/{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly functionArn: string;
  /** `AWS_IAM`, `NONE` or another type of authorisation. */
  readonly authorization: string;
}

export interface SchedulePlan extends Planned {
  readonly next: NextFiring;
  readonly targetArn: string;
  /** Sent instead of the scheduled event. */
  readonly input: unknown;
}

export interface CustomResourcePlan extends Planned {
  readonly type: string;
  /** What its attributes are called before it is created: `<name>.<attribute>`. */
  readonly name: string;
  readonly functionArn: string;
  /** As CloudFormation hands them over: every scalar a text. */
  readonly properties: Readonly<Record<string, unknown>>;
}
