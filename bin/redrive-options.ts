import { parseArgs } from 'node:util';
import {
  localDeployment,
  stackOutputs,
  UsageError,
  type LocalClient,
  type Outputs,
} from './deployment';

/** Two queues, and how SQS is reached where it is not AWS's own. */
export interface RedriveTarget {
  readonly deadLetterQueueUrl: string;
  readonly queueUrl: string;
  readonly client?: LocalClient;
}

/** How the command is called. */
export const USAGE = `Puts dead letters back on their queue. What was sent or recorded in fact changes nothing.

  npm run redrive -- <campaigns|events|notifications> --local [--state DIR]
  npm run redrive -- <campaigns|events|notifications> --stage NAME [--outputs FILE]
  npm run redrive -- <campaigns|events|notifications> --from URL --to URL

  --local         the local cloud that runs on this machine
  --state DIR     where it keeps its files (local/.state)
  --stage NAME    a deployed stage, by what cdk deploy --outputs-file wrote
  --outputs FILE  that file (cdk-outputs.json)
  --from URL      the dead-letter queue
  --to URL        the queue it belongs to
`;

const OUTPUTS = {
  campaigns: { from: 'CampaignDeadLetterQueueUrl', to: 'CampaignQueueUrl' },
  events: { from: 'EventDeadLetterQueueUrl', to: 'EventQueueUrl' },
  notifications: { from: 'NotificationDeadLetterQueueUrl', to: 'NotificationQueueUrl' },
} as const;

const isQueue = (name: string | undefined): name is keyof typeof OUTPUTS =>
  name !== undefined && Object.hasOwn(OUTPUTS, name);

/** Reads the command line. @throws {UsageError} naming what was received and what is expected. */
export function readTarget(args: readonly string[]): RedriveTarget {
  const { values, positionals } = parsed(args);
  const [queue] = positionals;
  if (positionals.length !== 1 || !isQueue(queue)) {
    const received = positionals.join(' ') || 'none';
    throw new UsageError(
      `queue: received ${received}, expected ${Object.keys(OUTPUTS).join(' or ')}`,
    );
  }

  const { local, stage, outputs, from, to, state } = values;
  const ways = [local, stage, from ?? to].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw new UsageError(
      `received ${ways.length} of --local, --stage and --from with --to, expected one`,
    );
  }
  if (local) return localTarget(queue, state);
  if (stage !== undefined) return stageTarget(queue, stage, outputs ?? 'cdk-outputs.json');
  if (from === undefined || to === undefined) {
    throw new UsageError(`received --${from === undefined ? 'to' : 'from'} alone, expected both`);
  }
  return { deadLetterQueueUrl: from, queueUrl: to };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        local: { type: 'boolean' },
        ...{ state: text, stage: text, outputs: text, from: text, to: text },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'unreadable arguments');
  }
}

function localTarget(queue: keyof typeof OUTPUTS, stateDirectory?: string): RedriveTarget {
  const { outputs, file, client } = localDeployment(stateDirectory);
  return { ...targetIn(outputs, queue, file), client: client('sqs') };
}

function stageTarget(queue: keyof typeof OUTPUTS, stage: string, file: string): RedriveTarget {
  const otherwise = 'name the queues by --from and --to';
  return targetIn(stackOutputs(stage, 'service', { file, otherwise }), queue, file);
}

function targetIn(outputs: Outputs, queue: keyof typeof OUTPUTS, file: string): RedriveTarget {
  const { from, to } = OUTPUTS[queue];
  const [deadLetterQueueUrl, queueUrl] = [outputs[from], outputs[to]];
  if (deadLetterQueueUrl === undefined || queueUrl === undefined) {
    throw new UsageError(`${file}: expected the outputs ${from} and ${to}`);
  }
  return { deadLetterQueueUrl, queueUrl };
}
