/** What one resource costs in a month in which nobody uses the deployment. */
export interface IdlePrice {
  /** US dollars a month for each resource of the type. */
  readonly each: number;
  /** How many of an account cost nothing, month after month. */
  readonly free?: number;
  /** What is paid for, or why nothing is. */
  readonly because: string;
}

/**
 * Which prices these are: those of AWS's pricing pages of each service, as they stood in 2025. Free tiers are
 * not counted, since they are an account's, once; but for what CloudWatch never charges:
 * three dashboards and ten alarms.
 */
export const PRICES_AS_OF = 'us-east-1, list prices of 2025, without free tiers but CloudWatch’s';

/** Days in the month of the calculation. */
const DAYS = 30;

/** Amazon SQS pricing: a million requests to a standard queue, $0.40. */
const SQS_REQUEST = 0.4 / 1_000_000;

/**
 * AWS Lambda developer guide, "Using Lambda with Amazon SQS": five pollers wait on an idle queue. Each long
 * poll lasts 20 s, so they make 15 requests a minute.
 */
const IDLE_POLLS = 5 * 3 * 60 * 24 * DAYS;

/** AWS Lambda pricing: a million requests $0.20; a GB-second on arm64 $0.0000133334. */
const INVOCATION = 0.2 / 1_000_000;
const GB_SECOND = 0.000_013_333_4;

/** Nothing while nobody uses it. */
const free = (because: string): IdlePrice => ({ each: 0, because });

/**
 * Price of every resource type that a template of this project may hold. A type that is missing here has no
 * price, and fails the test.
 */
export const IDLE_PRICES: Readonly<Record<string, IdlePrice>> = {
  'AWS::ApiGateway::Deployment': free('part of an API'),
  'AWS::ApiGateway::GatewayResponse': free('part of an API'),
  'AWS::ApiGateway::Method': free('part of an API'),
  'AWS::ApiGateway::Model': free('part of an API'),
  'AWS::ApiGateway::RequestValidator': free('part of an API'),
  'AWS::ApiGateway::Resource': free('part of an API'),
  'AWS::ApiGateway::RestApi': free('a request'),
  'AWS::ApiGateway::Stage': free('part of an API'),
  'AWS::ApiGatewayV2::Api': free('a request'),
  'AWS::ApiGatewayV2::ApiMapping': free('part of an API'),
  'AWS::ApiGatewayV2::Authorizer': free('part of an API'),
  'AWS::ApiGatewayV2::DomainName': free('part of an API'),
  'AWS::ApiGatewayV2::Integration': free('part of an API'),
  'AWS::ApiGatewayV2::Route': free('part of an API'),
  'AWS::ApiGatewayV2::Stage': free('part of an API'),
  'AWS::CloudFormation::CustomResource': free('what answers it is a function'),
  'AWS::CloudWatch::Alarm': {
    each: 0.1,
    free: 10,
    because: 'each metric that an alarm looks at, but for ten of an account',
  },
  'AWS::CloudWatch::Dashboard': free('the first three of an account cost nothing, others $3'),
  'AWS::CodeDeploy::Application': free('deployments to Lambda'),
  'AWS::CodeDeploy::DeploymentGroup': free('deployments to Lambda'),
  'AWS::DynamoDB::Table': free('on demand; storage and point-in-time recovery by size, here none'),
  'AWS::Events::Rule': free('a rule; what it invokes is counted apart'),
  'AWS::IAM::ManagedPolicy': free('IAM'),
  'AWS::IAM::Policy': free('IAM'),
  'AWS::IAM::Role': free('IAM'),
  'AWS::KMS::Alias': free('part of a key'),
  'AWS::KMS::Key': {
    each: 1,
    because: 'a key of the account’s own; $1 more after each of two rotations',
  },
  'AWS::Lambda::Alias': free('part of a function'),
  'AWS::Lambda::EventSourceMapping': {
    each: IDLE_POLLS * SQS_REQUEST,
    because: `${IDLE_POLLS.toLocaleString('en')} empty receives of its queue`,
  },
  'AWS::Lambda::Function': free('an invocation'),
  'AWS::Lambda::Permission': free('part of a function'),
  'AWS::Lambda::Version': free('part of a function'),
  'AWS::Logs::LogGroup': free('a byte taken in and kept'),
  'AWS::Route53::RecordSet': free('a query, and not that where it is an alias'),
  'AWS::S3::Bucket': free('a byte and a request'),
  'AWS::S3::BucketPolicy': free('part of a bucket'),
  'AWS::SNS::Subscription': free('a delivery'),
  'AWS::SNS::Topic': free('a publication'),
  'AWS::SNS::TopicPolicy': free('part of a topic'),
  'AWS::SQS::Queue': free('a request; the receives of mappings are counted apart'),
  'AWS::SQS::QueuePolicy': free('part of a queue'),
  'AWS::Scheduler::Schedule': free('an invocation; what it invokes is counted apart'),
  'AWS::WAFv2::WebACL': { each: 1, because: '$5 a web ACL, $1 a rule of it' },
  'AWS::WAFv2::WebACLAssociation': free('part of a web ACL'),
  'Custom::MailgunWebhooks': free('what answers it is a function'),
  'AWS::SecretsManager::Secret': { each: 0.4, because: 'a secret' },
};

/**
 * What a schedule costs by what it invokes: the run itself, and its log.
 *
 * @param memoryMiB memory of the function.
 * @param everyMinutes time between runs.
 * @param seconds how long an idle run is assumed to take.
 */
export function schedulePrice(memoryMiB: number, everyMinutes: number, seconds: number): number {
  const runs = (60 * 24 * DAYS) / everyMinutes;
  return runs * (INVOCATION + (memoryMiB / 1_024) * seconds * GB_SECOND);
}
