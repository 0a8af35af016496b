import { FLAG, readOptions, TEXT, UsageError } from './command';
import { askStack, localDeployment, stackOutputs, type LocalClient } from './deployment';

/** What is to be done, and with which secret and account. */
export interface RotationTarget {
  readonly task: 'replace' | 'forget-previous';
  /** Who makes the new key. */
  readonly issuer: 'mailgun' | 'stdin';
  readonly secretId: string;
  readonly region: 'us' | 'eu';
  /** Base URL of Mailgun's API where it is not Mailgun's own. */
  readonly mailgunUrl?: string;
  readonly client?: LocalClient;
}

/** How the command is called. */
export const USAGE = `Replaces Mailgun's webhook signing key without a webhook being lost. Can be run again whenever it was cut short.

  npm run rotate-signing-key -- --local [--state DIR]
  npm run rotate-signing-key -- --stage NAME [--outputs FILE] [--region us|eu]
  npm run rotate-signing-key -- --secret ARN [--region us|eu]

  --local                the local cloud that runs on this machine, and its simulator
  --state DIR            where it keeps its files (local/.state)
  --stage NAME           a deployed stage; asks CloudFormation where its secret is
  --outputs FILE         what cdk deploy --outputs-file wrote, instead of CloudFormation
  --secret ARN           the secret of a deployment
  --region us|eu         where the Mailgun account is (us)
  --new-key-from-stdin   the new key is made in Mailgun's dashboard and pasted when it is asked for
  --forget-previous      instead: leaves the current key as the only one, 9 hours after it was made

Mailgun is asked with the API key in MAILGUN_API_KEY, else with the secret's default one. It must be a key of the
account: one that may only send may not do this.
`;

const OPTIONS = {
  ...{ local: FLAG, 'new-key-from-stdin': FLAG, 'forget-previous': FLAG },
  ...{ state: TEXT, stage: TEXT, outputs: TEXT, secret: TEXT, region: TEXT },
} as const;

/**
 * Reads the command line, and asks where the secret of a stage is.
 *
 * @throws {UsageError} naming what was received and what is expected.
 */
export async function readRotation(args: readonly string[]): Promise<RotationTarget> {
  const { values } = readOptions(args, { options: OPTIONS });
  const { local, state, stage, outputs, secret, region = 'us', ...tasks } = values;
  if (region !== 'us' && region !== 'eu') {
    throw new UsageError(`--region: received ${region}, expected us or eu`);
  }
  const ways = [local, stage, secret].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw new UsageError(`received ${ways.length} of --local, --stage and --secret, expected one`);
  }
  const what = {
    task: tasks['forget-previous'] === true ? 'forget-previous' : 'replace',
    issuer: tasks['new-key-from-stdin'] === true ? 'stdin' : 'mailgun',
    region,
  } as const;
  if (secret !== undefined) return { ...what, secretId: secret };
  if (stage === undefined) return { ...what, ...localTarget(state) };

  const { SecretArn } =
    outputs === undefined
      ? await askStack(stage, 'state')
      : stackOutputs(stage, 'state', { file: outputs, otherwise: 'leave --outputs out' });
  return { ...what, secretId: expected(SecretArn, `stage ${stage}`) };
}

function localTarget(state: string | undefined) {
  const { outputs, file, mailgun, client } = localDeployment(state);
  return {
    secretId: expected(outputs['SecretArn'], file),
    mailgunUrl: mailgun.url,
    client: client('secretsmanager'),
  };
}

function expected(secretArn: string | undefined, where: string): string {
  if (secretArn === undefined) throw new UsageError(`${where}: expected the output SecretArn`);
  return secretArn;
}
