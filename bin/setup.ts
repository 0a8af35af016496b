import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { stages } from '../config/stages';
import type { Configuration } from '../lib/config/configuration';
import { runCommand, UsageError } from './command';
import { ask, readKeys, type GivenKeys } from './setup/ask';
import { findDeployment } from './setup/deployment';
import type { Account } from './setup/mailgun-account';
import { readSetupOptions, USAGE, type SetupOptions } from './setup/options';
import { setUp } from './setup/set-up';
import { StoredSecret } from './setup/stored-secret';
import { wantedEvents } from './setup/wanted-events';

async function run(args: readonly string[]): Promise<number> {
  const options = readSetupOptions(args);
  const deployment = await findDeployment(options.deployment);
  const given = await givenKeys(options);
  const done = await setUp({
    ...{ options, deployment, signingKey: given.signingKey },
    account: await accountFor(options, given),
    events: wantedEvents(configuredStage(options)),
    secret: new StoredSecret(
      new SecretsManagerClient({ ...deployment.client }),
      deployment.secretArn,
    ),
    askForSigningKey: () => required('HTTP webhook signing key', { hidden: true }),
    say: (what, outcome) => void process.stdout.write(`${what.padEnd(12)} ${outcome}\n`),
  });
  return done ? 0 : 1;
}

async function givenKeys({ keysFromStdin }: SetupOptions): Promise<GivenKeys> {
  if (keysFromStdin) return readKeys(process.stdin);
  return {
    apiKey: process.env['MAILGUN_API_KEY'],
    signingKey: process.env['MAILGUN_WEBHOOK_SIGNING_KEY'],
  };
}

async function accountFor(options: SetupOptions, given: GivenKeys): Promise<Account> {
  const configured: Configuration['domains'] = configuredStage(options)?.domains ?? {};
  const [only, ...more] = Object.keys(configured);
  const domain =
    options.domain ??
    (more.length === 0 ? only : undefined) ??
    (await required('sending domain', { hidden: false }));
  const { region, apiBaseUrl = options.apiBaseUrl } = configured[domain] ?? {};
  return {
    domain,
    region: options.region ?? region ?? (await askForRegion(options)),
    apiBaseUrl: options.apiBaseUrl ?? apiBaseUrl,
    apiKey: given.apiKey ?? (await required('Mailgun API key', { hidden: true })),
  };
}

/** The stage, where it is one of `config/stages.ts`. */
function configuredStage({ deployment }: SetupOptions): Configuration | undefined {
  if (deployment.kind !== 'stage') return undefined;
  return stages.find(({ stage }) => stage === deployment.stage);
}

async function askForRegion({ apiBaseUrl }: SetupOptions): Promise<'us' | 'eu'> {
  if (apiBaseUrl !== undefined) return 'us';
  const answer = await required('region (us or eu)', { hidden: false });
  if (answer === 'us' || answer === 'eu') return answer;
  throw new UsageError(`region: received ${answer}, expected us or eu`);
}

async function required(question: string, how: { readonly hidden: boolean }): Promise<string> {
  const answer = await ask(question, how);
  if (answer === '') throw new UsageError(`${question}: received nothing`);
  return answer;
}

runCommand({ usage: USAGE, run });
