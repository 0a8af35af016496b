import { FLAG, readOptions, TEXT, UsageError } from '../command';

/** How the command is called. */
export const USAGE = `Checks Mailgun's keys and stores them in the secret of a deployment.

  npm run setup -- --stage NAME [--outputs FILE] [--domain NAME] [--region us|eu]
  npm run setup -- --local [--state DIR] --domain NAME --api-base-url URL
  npm run setup -- --secret ARN [--webhook-url URL] --domain NAME --region us|eu

Keys are never arguments. They are asked for, or taken from the environment (MAILGUN_API_KEY,
MAILGUN_WEBHOOK_SIGNING_KEY), or read from standard input with --keys-from-stdin, as
{"apiKey": "…", "signingKey": "…"}. An API key that may do so fetches the signing key itself.

  --stage NAME        a deployed stage; asks CloudFormation where its secret is
  --outputs FILE      what cdk deploy --outputs-file wrote, instead of CloudFormation
  --local             the local cloud that runs on this machine
  --state DIR         where it keeps its files (local/.state)
  --secret ARN        the secret itself
  --webhook-url URL   with --secret: the URL to register now
  --domain NAME       the sending domain the key is checked on
  --region us|eu      where Mailgun has it
  --api-base-url URL  another server that speaks Mailgun's API
  --own-key           store the key for this domain alone, not as the default
  --sending-key-only  go on with a key that may send and nothing else
  --keys-from-stdin   read the keys from standard input
  --no-webhooks       register no webhook now
`;

/** Which deployment is meant. */
export type Deployment =
  | { readonly kind: 'stage'; readonly stage: string; readonly outputsFile: string | undefined }
  | { readonly kind: 'local'; readonly stateDirectory: string }
  | {
      readonly kind: 'secret';
      readonly secretArn: string;
      readonly webhookUrl: string | undefined;
    };

/** What the command line says; what it leaves out is asked for. */
export interface SetupOptions {
  readonly deployment: Deployment;
  readonly domain: string | undefined;
  readonly region: 'us' | 'eu' | undefined;
  readonly apiBaseUrl: string | undefined;
  readonly ownKey: boolean;
  readonly sendingKeyOnly: boolean;
  readonly keysFromStdin: boolean;
  readonly webhooks: boolean;
}

/** Reads the command line. @throws {UsageError} naming what was received and what is expected. */
export function readSetupOptions(args: readonly string[]): SetupOptions {
  const values = parsed(args);
  const { region, domain } = values;
  if (region !== undefined && region !== 'us' && region !== 'eu') {
    throw new UsageError(`--region: received ${region}, expected us or eu`);
  }
  if (domain !== undefined && !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain)) {
    throw new UsageError(`--domain: received ${domain}, expected a name such as mg.example.com`);
  }
  const apiBaseUrl = values['api-base-url'];
  if (apiBaseUrl !== undefined && !/^https?:\/\/[^\s?#]*[^\s?#/]$/.test(apiBaseUrl)) {
    throw new UsageError(
      `--api-base-url: received ${apiBaseUrl}, expected a URL without trailing slash`,
    );
  }
  return {
    ...{ deployment: deploymentIn(values), domain, region, apiBaseUrl },
    ownKey: values['own-key'] === true,
    sendingKeyOnly: values['sending-key-only'] === true,
    keysFromStdin: values['keys-from-stdin'] === true,
    webhooks: values['no-webhooks'] !== true,
  };
}

type Values = ReturnType<typeof parsed>;

function deploymentIn(values: Values): Deployment {
  const { stage, local, secret } = values;
  const ways = [stage, local, secret].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw new UsageError(
      `received ${ways.length} of --stage, --local and --secret, expected one of them`,
    );
  }
  if (stage !== undefined) return { kind: 'stage', stage, outputsFile: values.outputs };
  return secret === undefined
    ? { kind: 'local', stateDirectory: values.state ?? 'local/.state' }
    : { kind: 'secret', secretArn: secret, webhookUrl: values['webhook-url'] };
}

const parsed = (args: readonly string[]) =>
  readOptions(args, {
    options: {
      ...{ stage: TEXT, outputs: TEXT, state: TEXT, secret: TEXT, 'webhook-url': TEXT },
      ...{ domain: TEXT, region: TEXT, 'api-base-url': TEXT },
      ...{ local: FLAG, 'own-key': FLAG, 'sending-key-only': FLAG, 'keys-from-stdin': FLAG },
      'no-webhooks': FLAG,
    },
  }).values;
