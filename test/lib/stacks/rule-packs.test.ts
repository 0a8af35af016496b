import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { stages } from '../../../config/stages';
import { createApp } from '../../../lib/app';
import { CampaignMailgun } from '../../../lib/campaign-mailgun';
import { checkConfiguration } from '../../../lib/config/check-configuration';
import type { Configuration } from '../../../lib/config/configuration';
import { aConfiguration, narrowedWebhooks } from '../deployment';
import { ACCEPTED_FINDINGS } from './accepted-findings';

const people = { emails: ['people@example.com'] };
const everyOption = aConfiguration({
  stage: 'every-option',
  domains: {
    'mg.example.com': {
      region: 'eu',
      recipientsPerDay: 10_000,
      warmUp: { startsOn: '2026-12-01', curve: [100, 1_000] },
    },
  },
  breaker: { pauseAfterMinutes: 60 },
  events: { warmWritesPerSecond: 4_000 },
  encryption: { key: 'own' },
  rollout: { canaryMinutes: 10 },
  webhooks: { ...narrowedWebhooks, skippedEvents: ['opened'] },
  notifications: { deliveryEvents: true, ...people },
  operations: { tracing: true, ...people },
});
const production = stages.find(({ stage }) => stage === 'production')!;

describe.each([production, everyOption])('in the stage $stage', (configuration) => {
  const found = findingsIn(configuration);
  const accepted = acceptedIn(configuration);

  it('AwsSolutions and Serverless find nothing that no reason accepts', () => {
    expect(found.filter((finding) => !accepted.includes(finding))).toEqual([]);
  });

  it('nothing is accepted that is not found any more, or accepted already', () => {
    const once = accepted.filter((finding, index) => accepted.indexOf(finding) === index);

    expect(accepted).toEqual(once.filter((finding) => found.includes(finding)));
  });
});

it('looks at a stage in which nothing is left off', () => {
  const off = settingsOf(everyOption).filter(
    ([, value]) => value === false || (Array.isArray(value) && value.length === 0),
  );

  expect(off).toEqual([['development', false]]);
});

/** What is accepted of a stage, as {@link findingsIn} writes it. */
function acceptedIn({ stage }: Configuration): string[] {
  return ACCEPTED_FINDINGS.filter((finding) => (finding.stage ?? stage) === stage).flatMap(
    ({ rule, paths }) => paths.map((path) => `${rule} at ${path}`),
  );
}

/**
 * What the rule packs find in a deployment: the rule and where, both without the name of the stage, which
 * the id of an event source holds too.
 */
function findingsIn(configuration: Configuration): string[] {
  const app = createApp({ context: { 'aws:cdk:bundling-stacks': [] } });
  new CampaignMailgun(app, configuration);
  // References between the stacks are resolved by then, and findings name what they refer to.
  app.synth();

  const ofStage = new RegExp(
    `campaign-mailgun-${configuration.stage}-|(?<=SqsEventSource):\\w+`,
    'g',
  );
  return [new AwsSolutionsChecks(app), new ServerlessChecks(app)]
    .flatMap((pack) => pack.validateScope(app).violations)
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) =>
        `${ruleName} at ${String(constructPath)}`.replace(ofStage, ''),
      ),
    );
}

/** Every setting by its path, defaults filled in. */
function settingsOf(configuration: Configuration): [string, unknown][] {
  const leaves = (value: unknown, path: string): [string, unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path}.${name}`))
      : [[path.slice(1), value]];
  return leaves(checkConfiguration(configuration), '');
}
