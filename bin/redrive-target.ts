import { UsageError } from './command';
import {
  askStack,
  localDeployment,
  stackOutputs,
  type LocalDeployment,
  type Outputs,
} from './deployment';
import type { NamedQueue } from './redrive-options';

/** A queue, its dead letters and its history. */
export interface RedriveTarget {
  readonly deadLetterQueueUrl: string;
  readonly queueUrl: string;
  readonly controlsTableName: string;
  /** How the services are reached where they are not AWS's own. */
  readonly client: LocalDeployment['client'] | undefined;
}

/**
 * Finds a queue by the outputs of its deployment.
 *
 * @throws {UsageError} when the deployment can't be found, or has no such queue.
 */
export async function findTarget({ queue, deployment }: NamedQueue): Promise<RedriveTarget> {
  const { outputs, client } = await outputsOf(deployment);
  const { RedrivableQueues: described, ControlsTableName: controlsTableName } = outputs;
  if (described === undefined || controlsTableName === undefined) {
    throw new UsageError(
      'the deployment lacks the outputs RedrivableQueues and ControlsTableName: deploy it anew, or use --from and --to',
    );
  }
  const queues = new Map(
    Object.entries(
      JSON.parse(described) as Readonly<Record<string, { queue: string; deadLetters: string }>>,
    ),
  );
  const urls = queues.get(queue);
  if (urls === undefined) {
    const names = [...queues.keys()].join(', ');
    throw new UsageError(`received the queue ${queue}, expected one of ${names}`);
  }
  return { deadLetterQueueUrl: urls.deadLetters, queueUrl: urls.queue, controlsTableName, client };
}

interface Found {
  readonly outputs: Outputs;
  readonly client?: LocalDeployment['client'];
}

async function outputsOf(deployment: NamedQueue['deployment']): Promise<Found> {
  switch (deployment.kind) {
    case 'local':
      return localDeployment(deployment.stateDirectory);
    case 'outputs': {
      const { stage, file } = deployment;
      const otherwise = 'leave --outputs out';
      return { outputs: stackOutputs(stage, 'service', { file, otherwise }) };
    }
    case 'stage':
      return { outputs: await askStack(deployment.stage, 'service') };
  }
}
