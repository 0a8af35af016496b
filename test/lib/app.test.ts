import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import cdkJson from '../../cdk.json';
import { createApp } from '../../lib/app';
import { CampaignMailgun } from '../../lib/campaign-mailgun';
import { aConfiguration } from './deployment';
import { runProgram } from './program';

const withoutBundles = { context: { 'aws:cdk:bundling-stacks': [] } };

it('keeps two stages of one app apart', () => {
  const app = createApp(withoutBundles);

  const first = new CampaignMailgun(app, aConfiguration({ stage: 'first' }));
  const second = new CampaignMailgun(app, aConfiguration({ stage: 'second' }));

  const stacks = [first.state, first.service, second.state, second.service];
  expect(new Set(stacks.map(({ stackName }) => stackName)).size).toBe(4);
  expect(app.synth().stacks).toHaveLength(4);
  expect(JSON.stringify(Template.fromStack(second.service).toJSON())).not.toContain('first');
  expect(JSON.stringify(Template.fromStack(first.service).toJSON())).not.toContain('second');
});

it('imports what it uses, so that no table is deleted from under its functions', () => {
  const { service } = new CampaignMailgun(createApp(withoutBundles), aConfiguration());

  const template = JSON.stringify(Template.fromStack(service).toJSON());

  expect(template).toContain('Fn::ImportValue');
  expect(template).not.toContain('Fn::GetStackOutput');
});

it('has every recommended feature flag on', () => {
  expect(cdkJson.context).toMatchObject(recommended);
});

it('has the same templates whatever the flags of the app around it', () => {
  const off = Object.fromEntries(Object.keys(recommended).map((flag) => [flag, false]));

  const [first, ...others] = [{}, off, cdkJson.context].map(templatesUnder);

  expect(others).toEqual([first, first]);
});

it('belongs to no account and no region', () => {
  const { state, service } = new CampaignMailgun(createApp(withoutBundles), aConfiguration());

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

/** Both templates, defined in an app with these flags. */
function templatesUnder(flags: object): unknown[] {
  const app = new App({ context: { ...flags, ...withoutBundles.context } });
  const { state, service } = new CampaignMailgun(app, aConfiguration());
  return [state, service].map((stack) => Template.fromStack(stack).toJSON());
}
