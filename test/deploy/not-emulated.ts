/** One thing that a deployment on MiniStack or moto can't show. */
export interface NotEmulated {
  readonly what: string;
  /** What is done instead, or where else it is shown. */
  readonly instead: string;
}

/** Printed after every run. Each was found by trying, or by reading MiniStack 1.5.33. */
export const NOT_EMULATED: readonly NotEmulated[] = [
  {
    what: '`Ref` of a secret is its ARN: here it is its name, which IAM statements about the ARN do not match',
    instead:
      'the functions’ policies are mended after each deployment to name the ARN, and nothing else; webhooks are registered by the schedule of the function that could not read the secret before',
  },
  {
    what: 'API host names that resolve: `<id>.execute-api.localhost` is known to no resolver here',
    instead: 'the simulator and the client take names below localhost for this machine (RFC 6761)',
  },
  {
    what: 'Lambda itself: arm64, memory limits, frozen environments, an account’s concurrency',
    instead:
      'functions run as processes on the Node of node_modules, with their own role’s credentials',
  },
  {
    what: 'API Gateway’s throttling and access logs: settings are stored, not applied',
    instead:
      'held to in test/lib; a 429 to a webhook is met by the simulator’s repetitions in npm start',
  },
  {
    what: 'encryption at rest, point-in-time recovery, the bucket’s lifecycle and CloudWatch’s retention',
    instead: 'promises of the template, held to in test/lib/stacks',
  },
  {
    what: 'e-mails of the notification topic',
    instead: 'publishing is allowed and answered; what is published is tested in test/adapters/sns',
  },
  {
    what: 'alarms on metric math: MiniStack refuses a template that has one',
    instead:
      'plain alarms stand in; what they are made of is held to in test/lib/stacks/operations',
  },
  {
    what: 'time: the hourly sweep, expiry by `ttl`, 14 days of retention',
    instead: 'run with faked time in test/release-parked and npm run test:faults',
  },
  {
    what: 'moto 5.2.5 makes no secret of a template, and says nothing about it',
    instead: 'MiniStack makes it, and the functions read it',
  },
];
