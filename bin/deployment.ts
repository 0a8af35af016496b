import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { UsageError } from './command';

/** How AWS is reached where it is not AWS itself. */
export interface LocalClient {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A service of the local cloud. */
export type LocalService = 'sqs' | 'dynamodb' | 'secretsmanager';

/** What a stack says of itself. */
export type Outputs = Readonly<Record<string, string | undefined>>;

/** A local cloud that runs on this machine, as it wrote itself down. */
export interface LocalDeployment {
  /** The file that says so. */
  readonly file: string;
  readonly outputs: Outputs;
  readonly mailgun: { readonly url: string; readonly apiKey: string };
  readonly client: (service: LocalService) => LocalClient;
}

/**
 * Finds the local cloud.
 *
 * @param stateDirectory where it keeps its files; `local/.state` unless given.
 * @throws {UsageError} when none has run there.
 */
export function localDeployment(stateDirectory = join('local', '.state')): LocalDeployment {
  const file = join(stateDirectory, 'endpoints.json');
  const { region, credentials, services, ...rest } = readJson(
    file,
    'start the local cloud first: npm start',
  ) as Pick<LocalDeployment, 'outputs' | 'mailgun'> &
    Pick<LocalClient, 'region' | 'credentials'> & {
      readonly services: Readonly<Record<LocalService, string>>;
    };
  return {
    file,
    ...rest,
    client: (service) => ({ region, credentials, endpoint: services[service] }),
  };
}

/**
 * Reads what a stack of a deployed stage said of itself.
 *
 * @param file what `cdk deploy --outputs-file` wrote.
 * @throws {UsageError} when the file, or the stack in it, is not there.
 */
export function stackOutputs(
  stage: string,
  stack: 'service' | 'state',
  { file, otherwise }: { readonly file: string; readonly otherwise: string },
): Outputs {
  const stacks = readJson(file, `deploy with --outputs-file, or ${otherwise}`);
  const name = stackName(stage, stack);
  const outputs = (stacks as Readonly<Record<string, Outputs | undefined>>)[name];
  if (outputs === undefined) {
    throw new UsageError(`--stage: received ${stage}, expected one whose stack is in ${file}`);
  }
  return outputs;
}

/**
 * Asks CloudFormation what a stack of a deployed stage says of itself.
 *
 * @throws {UsageError} when there is no such stack, or it may not be seen.
 */
export async function askStack(stage: string, stack: 'service' | 'state'): Promise<Outputs> {
  const StackName = stackName(stage, stack);
  const { Stacks: stacks = [] } = await new CloudFormationClient()
    .send(new DescribeStacksCommand({ StackName }))
    .catch((error: unknown) => {
      // What has no name of its own, such as a missing region, says what it is.
      const { name, message } = error instanceof Error ? error : new Error('a fault');
      throw new UsageError(
        `--stage: CloudFormation does not tell of the stack ${StackName} ` +
          `(${name === 'Error' ? message : name}); ` +
          'deploy it first, or check region and credentials',
      );
    });
  const outputs = (stacks[0]?.Outputs ?? []).map(
    ({ OutputKey: key = '', OutputValue: value }) => [key, value] as const,
  );
  return Object.fromEntries(outputs);
}

const stackName = (stage: string, stack: 'service' | 'state'): string =>
  `campaign-mailgun-${stage}-${stack}`;

function readJson(file: string, advice: string): object {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as object;
  } catch {
    throw new UsageError(`${file}: could not be read; ${advice}`);
  }
}
