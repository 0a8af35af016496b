import { App, type AppProps } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { CampaignMailgun } from './campaign-mailgun';
import type { Configuration } from './config/configuration';
import { InvalidConfigurationError } from './config/invalid-configuration-error';

/** An app that reports nothing of itself to AWS. */
export function createApp(props: AppProps = {}): App {
  return new App({ analyticsReporting: false, ...props });
}

/**
 * Writes the cloud assembly of one deployment, functions bundled, into a folder.
 *
 * @throws {InvalidConfigurationError} when the configuration cannot be deployed.
 */
export function synthesize(configuration: Configuration, outdir: string): CloudAssembly {
  const app = createApp({ outdir });
  new CampaignMailgun(app, configuration);
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
