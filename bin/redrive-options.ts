import { FLAG, readOptions, TEXT, UsageError } from './command';

/** Which dead letters are put back, and what is needed to find them. */
export type RedriveRequest = NamedQueue | QueuePair;

/** A queue of a deployment, and who wants its dead letters put back. */
export interface NamedQueue {
  readonly queue: string;
  readonly reason: string;
  readonly actor: string;
  readonly deployment: Deployment;
}

/** Two queues that need no finding. Nothing is filed: it is not known where. */
export interface QueuePair {
  readonly from: string;
  readonly to: string;
}

/** Where a queue's addresses are written down. */
export type Deployment =
  | { readonly kind: 'local'; readonly stateDirectory: string | undefined }
  | { readonly kind: 'outputs'; readonly stage: string; readonly file: string }
  | { readonly kind: 'stage'; readonly stage: string };

/** How the command is called. */
export const USAGE = `Puts dead letters back on their queue. What was sent or recorded in fact changes nothing.

  npm run redrive -- QUEUE --stage NAME --reason TEXT --actor NAME [--outputs FILE]
  npm run redrive -- QUEUE --local --reason TEXT --actor NAME [--state DIR]
  npm run redrive -- --from URL --to URL

  QUEUE           campaigns, events, releases, or another that the deployment has
  --stage NAME    a deployed stage, found by its CloudFormation outputs; -c stage=NAME is the same
  --outputs FILE  what cdk deploy --outputs-file wrote, instead of asking CloudFormation
  --local         the local cloud that runs on this machine
  --state DIR     where it keeps its files (local/.state)
  --reason TEXT   why, for the queue's history
  --actor NAME    who, for the queue's history
  --from URL      a dead-letter queue
  --to URL        the queue it belongs to; nothing is written into a history
`;

const OPTIONS = {
  local: FLAG,
  context: { type: 'string', short: 'c' },
  ...{ state: TEXT, stage: TEXT, outputs: TEXT, from: TEXT, to: TEXT },
  ...{ reason: TEXT, actor: TEXT },
} as const;

/** Reads the command line. @throws {UsageError} naming what was received and what is expected. */
export function readRequest(args: readonly string[]): RedriveRequest {
  const { values, positionals } = readOptions(args, { allowPositionals: true, options: OPTIONS });
  const { local, outputs, from, to, reason, actor, state } = values;
  const stage = values.stage ?? stageOf(values.context);
  const ways = [local, stage, from ?? to].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw new UsageError(
      `received ${ways.length} of --local, --stage and --from with --to, expected one`,
    );
  }
  if (from !== undefined || to !== undefined) return pair({ from, to }, positionals);

  const [queue, ...rest] = positionals;
  if (queue === undefined || rest.length > 0) {
    throw new UsageError(`received ${positionals.length} queues, expected one`);
  }
  const who = { reason: line('--reason', reason), actor: line('--actor', actor) };
  return { queue, ...who, deployment: deployment({ stage, outputs, state }) };
}

function pair({ from, to }: Partial<QueuePair>, positionals: readonly string[]): QueuePair {
  if (from === undefined || to === undefined) {
    throw new UsageError(`received --${from === undefined ? 'to' : 'from'} alone, expected both`);
  }
  if (positionals.length > 0) {
    throw new UsageError('received a queue with --from and --to, expected only these');
  }
  return { from, to };
}

function deployment(named: {
  readonly stage: string | undefined;
  readonly outputs: string | undefined;
  readonly state: string | undefined;
}): Deployment {
  const { stage, outputs, state } = named;
  if (stage === undefined) {
    return { kind: 'local', stateDirectory: state };
  }
  return outputs === undefined
    ? { kind: 'stage', stage }
    : { kind: 'outputs', stage, file: outputs };
}

/** The rule of the control API: one line, nobody's address. */
function line(option: string, text: string | undefined): string {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '' || trimmed.length > 256 || /\p{Cc}/u.test(trimmed) || /\S@\S/.test(trimmed)) {
    throw new UsageError(`${option}: expected one line of 1 to 256 characters without an address`);
  }
  return trimmed;
}

/** The stage in `-c stage=NAME`, as `cdk deploy` takes it. */
function stageOf(context: string | undefined): string | undefined {
  if (context === undefined) return undefined;
  const name = /^stage=(.+)$/.exec(context)?.[1];
  if (name === undefined) throw new UsageError('-c: expected stage=NAME');
  return name;
}
