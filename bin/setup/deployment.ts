import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { UsageError, type Deployment } from './options';

/** How AWS is reached, where it is not by the usual environment. */
export interface ClientSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What a deployment says of itself, as far as it matters here. */
export interface FoundDeployment {
  readonly secretArn: string;
  /** Where Mailgun is to post; `undefined` where it is not known, or not to be registered. */
  readonly webhookUrl: string | undefined;
  readonly secretsManager: ClientSettings;
}

type Outputs = Readonly<Record<string, string | undefined>>;

/**
 * Finds the secret of a deployment.
 *
 * @throws {UsageError} when there is no such deployment, with what was looked for.
 */
export async function findDeployment(deployment: Deployment): Promise<FoundDeployment> {
  switch (deployment.kind) {
    case 'secret': {
      const { secretArn, webhookUrl } = deployment;
      return { secretArn, webhookUrl, secretsManager: {} };
    }
    case 'local':
      return localDeployment(join(deployment.stateDirectory, 'endpoints.json'));
    case 'stage': {
      const { stage, outputsFile } = deployment;
      const outputs =
        outputsFile === undefined ? await askStacks(stage) : readStacks(stage, outputsFile);
      return { ...found(outputs, `stage ${stage}`), secretsManager: {} };
    }
  }
}

function localDeployment(file: string): FoundDeployment {
  const endpoints = readJson(file, 'start the local cloud first: npm start') as {
    readonly region: string;
    readonly credentials: NonNullable<ClientSettings['credentials']>;
    readonly services: { readonly secretsmanager: string };
    readonly outputs: Outputs;
  };
  const { region, credentials, services, outputs } = endpoints;
  const secretsManager = { region, credentials, endpoint: services.secretsmanager };
  return { ...found(outputs, file), secretsManager };
}

function readStacks(stage: string, file: string): Outputs {
  const stacks = readJson(file, 'deploy with --outputs-file, or leave --outputs out') as Readonly<
    Record<string, Outputs | undefined>
  >;
  return Object.assign({}, ...namesOf(stage).map((name) => stacks[name])) as Outputs;
}

async function askStacks(stage: string): Promise<Outputs> {
  const client = new CloudFormationClient({});
  const outputs: Record<string, string> = {};
  for (const StackName of namesOf(stage)) {
    const { Stacks: stacks = [] } = await client
      .send(new DescribeStacksCommand({ StackName }))
      .catch((error: unknown) => {
        const name = error instanceof Error ? error.name : 'a fault';
        throw new UsageError(
          `--stage: CloudFormation does not tell of the stack ${StackName} (${name}); ` +
            'deploy it first, or check region and credentials',
        );
      });
    for (const { OutputKey, OutputValue } of stacks[0]?.Outputs ?? []) {
      if (OutputKey !== undefined && OutputValue !== undefined) outputs[OutputKey] = OutputValue;
    }
  }
  return outputs;
}

const namesOf = (stage: string): readonly string[] =>
  ['state', 'service'].map((part) => `campaign-mailgun-${stage}-${part}`);

function found(outputs: Outputs, where: string): Omit<FoundDeployment, 'secretsManager'> {
  const { SecretArn: secretArn, WebhookUrl: url, WebhookRegistrationStatus: status } = outputs;
  if (secretArn === undefined) throw new UsageError(`${where}: expected the output SecretArn`);
  // Without a status the deployment registers nothing, by its configuration.
  return { secretArn, webhookUrl: status === undefined ? undefined : url };
}

function readJson(file: string, advice: string): object {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as object;
  } catch {
    throw new UsageError(`${file}: could not be read; ${advice}`);
  }
}
