import { Template } from 'aws-cdk-lib/assertions';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import cdkJson from '../../cdk.json';
import { createApp, defineCampaignMailgun } from '../../lib/app';
import { aConfiguration } from './deployment';
import { runProgram } from './program';

const withoutBundles = { context: { 'aws:cdk:bundling-stacks': [] } };

it('keeps two stages of one app apart', () => {
  const app = createApp(withoutBundles);

  const first = defineCampaignMailgun(app, aConfiguration({ stage: 'first' }));
  const second = defineCampaignMailgun(app, aConfiguration({ stage: 'second' }));

  const stacks = [first.state, first.service, second.state, second.service];
  expect(new Set(stacks.map(({ stackName }) => stackName)).size).toBe(4);
  expect(app.synth().stacks).toHaveLength(4);
  expect(JSON.stringify(Template.fromStack(second.service).toJSON())).not.toContain('first');
  expect(JSON.stringify(Template.fromStack(first.service).toJSON())).not.toContain('second');
});

it('imports what it uses, so that no table is deleted from under its functions', () => {
  const { service } = defineCampaignMailgun(createApp(withoutBundles), aConfiguration());

  const template = JSON.stringify(Template.fromStack(service).toJSON());

  expect(template).toContain('Fn::ImportValue');
  expect(template).not.toContain('Fn::GetStackOutput');
});

it('has every recommended feature flag on', () => {
  expect(cdkJson.context).toMatchObject(recommended);
});

it('uses the same flags whether the CDK CLI or a program synthesises', () => {
  const app = createApp();

  for (const [flag, value] of Object.entries(recommended)) {
    expect(app.node.tryGetContext(flag)).toEqual(value);
  }
});

it('belongs to no account and no region', () => {
  const { state, service } = defineCampaignMailgun(createApp(withoutBundles), aConfiguration());

  expect([state.environment, service.environment]).toEqual(
    Array(2).fill('aws://unknown-account/unknown-region'),
  );
});

describe('the program', () => {
  it('says which stages exist when asked for another, and fails without a stack trace', async () => {
    const { code, stderr } = await runProgram({
      CDK_CONTEXT_JSON: JSON.stringify({ stage: 'prodution' }),
    });

    expect(stderr).toBe(
      'stage: received "prodution", configured are "development" and "production"\n',
    );
    expect(code).toBe(1);
  });
});
