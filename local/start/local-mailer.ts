import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { PortInUseError } from '../cloud/cloud-error';
import { startLocalCloud } from '../cloud/local-cloud';
import type { LocalCloud } from '../cloud/local-cloud';
import { startSimulator } from '../mailgun-simulator/simulator';
import type { Simulator } from '../mailgun-simulator/simulator';
import { createAwsClients } from './aws-clients';
import type { AwsClients } from './aws-clients';
import { localConfiguration } from './configuration';
import { checkPorts } from './free-ports';
import type { MailgunAccount } from './mailgun-operator';
import type { StartOptions } from './options';
import { readOutputs } from './outputs';
import type { Outputs } from './outputs';
import { SAMPLE_DOMAIN } from './sample-campaign';
import { StartError } from './start-error';
import { synthesizeApart } from './synthesis';

/** The mailer on this machine, deployed and set up as an operator would. */
export interface LocalMailer {
  readonly cloud: LocalCloud;
  readonly aws: AwsClients;
  readonly outputs: Outputs;
  /** `undefined` where another server stands in for Mailgun. */
  readonly simulator: Simulator | undefined;
  readonly mailgun: MailgunAccount & { readonly webhookSigningKey: string };
  /** Keys every digest of an address in this deployment. */
  readonly recipientPepper: string;
  stop(): Promise<void>;
}

/** Where it runs, and who is told what was done. */
export interface StartContext {
  readonly options: StartOptions;
  /** Absolute. */
  readonly stateDirectory: string;
  readonly signal: AbortSignal;
  /** Told each step when it is done. */
  readonly onStep: (step: string) => void;
  readonly onWarning: (warning: string) => void;
}

/**
 * Synthesises the stacks, starts the local cloud and the simulator, stores the secrets and has the
 * webhooks registered.
 *
 * @throws {StartError}, {LocalCloudError} in one line, when something can't be started; nothing
 *   is left running then.
 */
export async function startLocalMailer(context: StartContext): Promise<LocalMailer> {
  const { options, signal } = context;
  const running: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    for (const part of running.splice(0).reverse()) await part.stop();
  };
  try {
    await checkPorts(options.port);
    const simulator = options.mailgunUrl === undefined ? await simulatorOn(options) : undefined;
    if (simulator !== undefined) running.push(simulator);
    const mailgun = mailgunOf(options, simulator);

    const cloud = await cloudFor(mailgun.url, context);
    running.push(cloud);
    const aws = createAwsClients(cloud.endpoints);
    running.push({
      stop: async () => {
        await Promise.resolve();
        aws.close();
      },
    });

    const outputs = readOutputs(cloud.endpoints.outputs);
    const recipientPepper = randomBytes(32).toString('hex');
    await storeSecrets(aws, outputs, { mailgun, recipientPepper });
    await deployCustomResources(cloud, context);
    signal.throwIfAborted();
    return { cloud, aws, outputs, simulator, mailgun, recipientPepper, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function cloudFor(mailgunUrl: string, context: StartContext): Promise<LocalCloud> {
  const { options, stateDirectory, signal, onStep, onWarning } = context;
  const assemblyDirectory = join(stateDirectory, 'cdk.out');
  const configuration = localConfiguration(mailgunUrl, options);
  const request = { configuration, directory: assemblyDirectory };
  const stacks = await synthesizeApart(request, join(stateDirectory, 'synthesis.log'), signal);
  signal.throwIfAborted();
  onStep(`synthesised ${stacks} stacks`);

  // The simulator has the first port.
  const basePort = options.port === 0 ? 0 : options.port + 1;
  const { longestVisibilitySeconds } = options;
  const cloud = await startLocalCloud({
    ...{ assemblyDirectory, basePort, stateDirectory, longestVisibilitySeconds, onWarning },
  });
  const { functions, queues, tables } = cloud.endpoints;
  const counts = Object.entries({ functions, queues, tables }).map(
    ([what, resources]) => `${Object.keys(resources).length} ${what}`,
  );
  onStep(`started the local cloud: ${counts.join(', ')}`);
  return cloud;
}

/**
 * Has the webhooks registered, as a deployment does once the secrets are stored. What another server
 * than the simulator refuses is told, and does not stop anything.
 */
async function deployCustomResources(
  cloud: LocalCloud,
  { onStep, onWarning, options }: StartContext,
): Promise<void> {
  const outcomes = await cloud.createCustomResources();
  const failed = outcomes.filter(
    ({ status, data }) => status !== 'SUCCESS' || data['Status'] !== 'registered',
  );
  if (failed.length === 0) {
    onStep('stored the secrets, registered the webhooks');
    return;
  }
  const told = failed.map(({ reason, data }) => data['Status'] ?? reason).join('; ');
  if (options.mailgunUrl === undefined) throw new StartError(`the webhooks are ${told}`);
  onStep('stored the secrets');
  onWarning(`webhooks at ${options.mailgunUrl}: ${told}`);
}

async function simulatorOn({ port, seed }: StartOptions): Promise<Simulator> {
  try {
    return await startSimulator({ port, seed, domains: [SAMPLE_DOMAIN] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new PortInUseError(port, 'Mailgun simulator');
    }
    throw error;
  }
}

function mailgunOf(
  { mailgunUrl = '' }: StartOptions,
  simulator: Simulator | undefined,
): LocalMailer['mailgun'] {
  if (simulator !== undefined) {
    const { url, apiKey, signingKey } = simulator;
    return { url, apiKey, webhookSigningKey: signingKey };
  }
  return {
    url: mailgunUrl,
    apiKey: process.env['MAILGUN_API_KEY'] ?? 'local-mailgun-api-key',
    webhookSigningKey: process.env['MAILGUN_WEBHOOK_SIGNING_KEY'] ?? 'local-webhook-signing-key',
  };
}

async function storeSecrets(
  { secrets }: AwsClients,
  { SecretArn }: Outputs,
  { mailgun, recipientPepper }: Pick<LocalMailer, 'mailgun' | 'recipientPepper'>,
): Promise<void> {
  const value = {
    apiKeys: { default: mailgun.apiKey },
    webhookSigningKeys: [mailgun.webhookSigningKey],
    recipientPepper,
  };
  await secrets.send(
    new PutSecretValueCommand({ SecretId: SecretArn, SecretString: JSON.stringify(value) }),
  );
}
