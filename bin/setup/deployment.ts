import { UsageError } from '../command';
import {
  askStack,
  localDeployment,
  stackOutputs,
  type LocalClient,
  type Outputs,
} from '../deployment';
import type { Deployment } from './options';

/** What a deployment says of itself, as far as it matters here. */
export interface FoundDeployment {
  readonly secretArn: string;
  /** Where Mailgun is to post; `undefined` where it is not known, or not to be registered. */
  readonly webhookUrl: string | undefined;
  /** How the secret is reached where it is not by the usual environment. */
  readonly client?: LocalClient;
}

/**
 * Finds the secret of a deployment.
 *
 * @throws {UsageError} when there is no such deployment, with what was looked for.
 */
export async function findDeployment(deployment: Deployment): Promise<FoundDeployment> {
  switch (deployment.kind) {
    case 'secret': {
      const { secretArn, webhookUrl } = deployment;
      return { secretArn, webhookUrl };
    }
    case 'local': {
      const { file, outputs, client } = localDeployment(deployment.stateDirectory);
      return { ...found(outputs, file), client: client('secretsmanager') };
    }
    case 'stage': {
      const { stage, outputsFile: file } = deployment;
      const outputsOf = (stack: 'state' | 'service') =>
        file === undefined
          ? askStack(stage, stack)
          : stackOutputs(stage, stack, { file, otherwise: 'leave --outputs out' });
      const outputs = { ...(await outputsOf('state')), ...(await outputsOf('service')) };
      return found(outputs, `stage ${stage}`);
    }
  }
}

function found(outputs: Outputs, where: string): FoundDeployment {
  const { SecretArn: secretArn, WebhookUrl: url, WebhookRegistrationStatus: status } = outputs;
  if (secretArn === undefined) throw new UsageError(`${where}: expected the output SecretArn`);
  // Without a status the deployment registers nothing, by its configuration.
  return { secretArn, webhookUrl: status === undefined ? undefined : url };
}
