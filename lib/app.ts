import { App, type AppProps } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import cdkJson from '../cdk.json';
import { checkConfiguration } from './config/check-configuration';
import type { Configuration } from './config/configuration';
import { InvalidConfigurationError } from './config/invalid-configuration-error';
import { ServiceStack } from './stacks/service-stack';
import { StatefulStack } from './stacks/stateful-stack';

/** The two stacks of one deployment. */
export interface CampaignMailgun {
  /** What outlives a deployment. */
  readonly state: StatefulStack;
  /** What works on it. */
  readonly service: ServiceStack;
}

/**
 * Defines one deployment. Stages of different names live side by side in an app and in an account.
 *
 * @throws {InvalidConfigurationError} when the configuration cannot be deployed.
 */
export function defineCampaignMailgun(app: App, configuration: Configuration): CampaignMailgun {
  const settings = checkConfiguration(configuration);
  const prefix = `campaign-mailgun-${settings.stage}`;
  const tags = { application: 'campaign-mailgun', stage: settings.stage };

  const state = new StatefulStack(app, `${prefix}-state`, {
    settings,
    tags,
    description: 'Records, suppressions and secrets of campaign-mailgun',
  });
  const service = new ServiceStack(app, `${prefix}-service`, {
    settings,
    state,
    tags,
    description: 'Sends e-mail campaigns through Mailgun and accounts for every recipient',
  });
  return { state, service };
}

/** An app with the feature flags of `cdk.json`, which only the CDK CLI passes by itself. */
export function createApp({ context, ...props }: AppProps = {}): App {
  return new App({
    analyticsReporting: false,
    ...props,
    context: { ...cdkJson.context, ...context },
  });
}

/**
 * Writes the cloud assembly of one deployment, functions bundled, into a folder.
 *
 * @throws {InvalidConfigurationError} when the configuration cannot be deployed.
 */
export function synthesize(configuration: Configuration, outdir: string): CloudAssembly {
  const app = createApp({ outdir });
  defineCampaignMailgun(app, configuration);
  return app.synth();
}

/**
 * Runs a program; a configuration that cannot be deployed ends the process with exit code 1 and one
 * line a problem on standard error, without a stack trace.
 */
export function explainingMisuse(program: () => void): void {
  try {
    program();
  } catch (error) {
    if (!(error instanceof InvalidConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    // At once: an app left half defined would be synthesised when the process ends by itself.
    process.exit(1);
  }
}
