/** Findings of one rule that stay, on purpose. */
export interface AcceptedFinding {
  /** The rule, with the finding in brackets where the rule has several. */
  readonly rule: string;
  /** Construct paths after `campaign-mailgun-<stage>-`; each must still be found. */
  readonly paths: readonly string[];
  /**
   * The one stage in which it is found and accepted.
   *
   * @default - every stage
   */
  readonly stage?: 'production' | 'every-option';
  /** What is done instead, or why nothing has to be. */
  readonly reason: string;
}

/** Functions by what invokes them. */
const POLLED = [
  'NotificationPublisher',
  'EventRecorder',
  'Reconciler',
  'BatchSender',
  'ParkedReleaser',
  'CampaignGuard',
  'SuppressionSyncer',
];
const CALLED = ['WebhookReceiver', 'ControlApi'];
const SCHEDULED = ['WebhookRegistration', 'DomainDoctor'];

const functionOf = (capability: string) => `service/${capability}/Function/Resource`;
const roleOf = (capability: string) => `service/${capability}/FunctionRole/DefaultPolicy/Resource`;

const REST_METHOD = 'service/WebhookReceiver/RestEndpoint/Calls/POST/Resource';

const NO_AUTHORIZER =
  'Mailgun can neither sign for IAM nor fetch a token. What authenticates a call is the HMAC in its body, which API Gateway can not check; the function checks it before it passes anything on.';

const NO_DESTINATION =
  'Lambda takes a destination for streams and Kafka only. What a function can not process of a queue goes to the dead-letter queue of that queue.';

/** Every finding of the rule packs that is accepted, and why. */
export const ACCEPTED_FINDINGS: readonly AcceptedFinding[] = [
  {
    rule: 'AwsSolutions-S1',
    paths: ['state/Parked/Resource'],
    reason:
      'The roles of two functions reach the objects, and those log each batch they park and each release. A bucket of access logs would be one more that outlives the stack; who has to prove every read turns on data events in CloudTrail.',
  },
  {
    rule: 'AwsSolutions-SMG4',
    paths: ['state/Secret/Resource'],
    reason:
      "Mailgun's keys can't be replaced on a schedule: its signing key changes at a person's request, and calls signed with the one before are on their way for hours. `npm run rotate-signing-key` does that without losing one. The pepper must never change: every stored digest would be orphaned.",
  },
  {
    rule: 'AwsSolutions-APIG4',
    stage: 'production',
    paths: ['service/WebhookReceiver/Endpoint/Api/POST--webhooks--mailgun/Resource'],
    reason: NO_AUTHORIZER,
  },
  {
    rule: 'AwsSolutions-APIG4',
    stage: 'every-option',
    paths: [REST_METHOD],
    reason: NO_AUTHORIZER,
  },
  {
    rule: 'AwsSolutions-COG4',
    stage: 'every-option',
    paths: [REST_METHOD],
    reason: NO_AUTHORIZER,
  },
  {
    rule: 'AwsSolutions-APIG6',
    stage: 'every-option',
    paths: ['service/WebhookReceiver/RestEndpoint/Api/DeploymentStage.live/Resource'],
    reason:
      'Execution logs hold paths and bodies: the segment nobody may know, and addresses. Access logs tell who called and what was answered.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    stage: 'every-option',
    paths: ['WebhookReceiver', 'BatchSender'].map(
      (capability) => `service/${capability}/Function/Canary/Role/DefaultPolicy/Resource`,
    ),
    reason:
      'CodeDeploy asks CloudWatch for the state of its two alarms by name, for which IAM knows no resource. It may read alarms, and set none.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::state:ExportsOutputFnGetAttParked6D7C062FArnF2CCCEEF/parked/*]',
    paths: ['BatchSender', 'ParkedReleaser'].map(roleOf),
    reason:
      'Keys of parked payloads hold campaign and batch: they are as many as there are batches, and known when one is parked. The prefix is all there is in the bucket.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    stage: 'every-option',
    paths: [...POLLED, ...CALLED, ...SCHEDULED].map(roleOf),
    reason:
      'X-Ray, where `operations.tracing` asks for it: a trace has no ARN, so AWS takes no resource but * for putting one.',
  },
  {
    rule: 'Serverless-LambdaTracing',
    stage: 'production',
    paths: [...POLLED, ...CALLED, ...SCHEDULED].map(functionOf),
    reason:
      '`operations.tracing` turns it on. It is off by default because X-Ray bills each trace, and the logs carry the ids that tie a batch together.',
  },
  {
    rule: 'Serverless-SQSRedrivePolicy',
    paths: [
      'NotificationPublisher/Notifications',
      'EventRecorder/Events',
      'Reconciler/Reconciliations',
      'BatchSender/Campaigns',
      'ParkedReleaser/Releases',
      'CampaignGuard/Requests',
      'SuppressionSyncer/Syncs',
    ].map((queue) => `service/${queue}/DeadLetterQueue/Resource`),
    reason:
      'They are the dead-letter queues themselves. Nothing receives from them but a redrive, and an alarm calls a person as soon as one holds a message.',
  },
  {
    rule: 'Serverless-LambdaEventSourceMappingDestination',
    paths: POLLED.filter((capability) => capability !== 'BatchSender').map(
      (capability) => `service/${capability}/Function/SqsEventSource/Resource`,
    ),
    reason: NO_DESTINATION,
  },
  {
    rule: 'Serverless-LambdaEventSourceMappingDestination',
    stage: 'production',
    paths: ['service/BatchSender/Function/SqsEventSource/Resource'],
    reason: NO_DESTINATION,
  },
  {
    rule: 'Serverless-LambdaEventSourceMappingDestination',
    stage: 'every-option',
    paths: ['service/BatchSender/Function/Canary/Alias/SqsEventSource/Resource'],
    reason: NO_DESTINATION,
  },
  {
    rule: 'Serverless-LambdaDLQ',
    paths: POLLED.map(functionOf),
    reason:
      'It is for events that Lambda queues itself. These functions work on SQS queues, which keep the message until it is done or in their own dead-letter queue; where there is a schedule too, its next run does what a lost one left.',
  },
  {
    rule: 'Serverless-LambdaDLQ',
    paths: CALLED.map(functionOf),
    reason:
      'API Gateway waits for the answer and passes a failure on as 5xx. Mailgun then calls again for eight hours; an operator sees the error.',
  },
  {
    rule: 'Serverless-LambdaDLQ',
    paths: SCHEDULED.map(functionOf),
    reason:
      'Each run looks at everything anew, so the next one does what a lost one left, and an alarm tells of failures. A deployment that gets no answer from the registrar is told so after ten minutes.',
  },
  {
    rule: 'Serverless-EventBusDLQ',
    paths: [
      'CampaignGuard/EveryMinute',
      'ParkedReleaser/EveryHour',
      'WebhookRegistration/EveryHour',
      'DomainDoctor/Schedule',
      'SuppressionSyncer/Schedule',
    ].map((rule) => `service/${rule}/Resource`),
    reason:
      'A scheduled event says nothing but that it is time. EventBridge tries for a day; by then later ones have done the same work, and old ones in a queue would only have it done again.',
  },
  {
    rule: 'Serverless-SNSRedrivePolicy',
    stage: 'every-option',
    paths: ['Notifications', 'Operations/Topic'].map(
      (topic) => `service/${topic}/people@example.com/Resource`,
    ),
    reason:
      'Subscriptions of people by e-mail. SNS tries an address for hours, and what it told stays visible without it: alarms in CloudWatch, standings and their history in the control API. Who builds on notifications subscribes a queue.',
  },
];
