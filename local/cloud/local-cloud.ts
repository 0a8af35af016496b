import { createAdmin } from './admin/admin-server';
import { describeEndpoints, type CloudEndpoints } from './cloud-endpoints';
import { LocalCloudError } from './cloud-error';
import { layFoundation, type CloudFoundation } from './cloud-foundation';
import { CustomResources, type CustomResourceOutcome } from './deployment/custom-resources';
import { callJson } from './engines/aws-request';
import { provision } from './engines/provision';
import { createEventSources } from './event-sources';
import type { EventSourceMapping } from './events/event-source-mapping';
import { FunctionFleet, type ExtraEnvironment } from './function-fleet';
import { createHttpApi } from './http/http-api';
import { OperationCounters, type FunctionOperations } from './operations/operation-counters';
import { Scheduler } from './schedules/scheduler';
import { createSecretStore } from './secrets/secret-store';
import { readAssembly, type DeclaredResource, type StackTemplate } from './template/assembly';
import type { Blueprint } from './template/blueprint';
import { readBlueprint } from './template/read-blueprint';
import type { CloudAddresses } from './template/resource-references';

const ACCOUNT_ID = '000000000000';
const DEFAULT_REGION = 'us-east-1';
const DEFAULT_BASE_PORT = 4510;
const DEFAULT_FUNCTION_CONCURRENCY = 4;

export interface LocalCloudOptions {
  /** What `cdk synth` wrote: a directory with a `manifest.json`. */
  readonly assemblyDirectory: string;
  /**
   * First of the consecutive ports: admin, then SQS with SNS and S3, DynamoDB, Secrets Manager,
   * and the HTTP APIs in the order of the template. 0 takes free ones everywhere.
   *
   * @default 4510
   */
  readonly basePort?: number;
  /** Where logs are written, to `logs/<function>.log`. Earlier ones are removed. */
  readonly stateDirectory: string;
  /** @default - the template's variables only */
  readonly extraFunctionEnvironment?: ExtraEnvironment;
  /** Told, in one line each, what is not emulated or went wrong. @default - nobody is told */
  readonly onWarning?: (message: string) => void;
  /** How much faster than the clock schedules run: 60 makes a second of a minute. @default 1 */
  readonly scheduleScale?: number;
  /**
   * Queues hide a message no longer than this, so that what a killed worker held comes back
   * while someone watches. Shorter than a function's timeout, it hands messages out twice.
   *
   * @default - as the template says
   */
  readonly longestVisibilitySeconds?: number;
  /** Workers of one function at once, at most, whatever the template allows. @default 4 */
  readonly functionConcurrency?: number;
}

/** Messages on a queue. */
export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** A synthesised template that runs on this machine. */
export interface LocalCloud {
  readonly endpoints: CloudEndpoints;
  /** What the template asks for and is not there, such as `AWS::Kinesis::Stream Service/Stream`. */
  readonly notEmulated: readonly string[];
  /** What each function has done so far, by readable name such as `send-batch`. */
  operations(): Record<string, FunctionOperations>;
  /**
   * Creates the template's custom resources, as a deployment does. Apart from the start, because a
   * function behind one may need what is only then put into the cloud, such as a secret.
   */
  createCustomResources(): Promise<readonly CustomResourceOutcome[]>;
  /** @param queue URL or physical name. @throws {LocalCloudError} when there is none. */
  queueDepth(queue: string): Promise<QueueDepth>;
  /**
   * Ends all workers of a function in the middle of whatever they do, as a crash would. New ones
   * start with the next event.
   *
   * @param functionName readable name, physical name or logical id.
   * @returns how many there were.
   * @throws {LocalCloudError} when there is no such function.
   */
  killWorkers(functionName: string): Promise<number>;
  /** Ends every thread and frees every port; what the engines held is gone. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Runs a synthesised template: its queues, topics, buckets, tables, secrets, functions, event
 * source mappings, HTTP APIs and schedules. The template is the only configuration.
 *
 * @throws {BrokenTemplateError} when the template can't be run.
 * @throws {PortInUseError} when a port is taken.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const stacks = readAssembly(options.assemblyDirectory);
  const counters = new OperationCounters(ofType(stacks, 'AWS::Lambda::Function').length);
  const region = stacks.find((stack) => stack.region !== undefined)?.region ?? DEFAULT_REGION;

  const foundation = await layFoundation({
    basePort: options.basePort ?? DEFAULT_BASE_PORT,
    region,
    stateDirectory: options.stateDirectory,
    counters,
    apis: ofType(stacks, 'AWS::ApiGatewayV2::Api'),
    onEngineDeath: (reason) => options.onWarning?.(reason),
  });
  try {
    const addresses = addressesOn(foundation, region);
    const blueprint = readBlueprint(stacks, addresses);
    await provision(blueprint, {
      messaging: foundation.messaging(0),
      tables: foundation.tables(0),
      longestVisibilitySeconds: options.longestVisibilitySeconds ?? Infinity,
    });
    return run({ options, foundation, counters, addresses, blueprint });
  } catch (error) {
    await foundation.stop();
    throw error;
  }
}

interface Parts {
  readonly options: LocalCloudOptions;
  readonly foundation: CloudFoundation;
  readonly counters: OperationCounters;
  readonly addresses: CloudAddresses;
  readonly blueprint: Blueprint;
}

/** Brings life into provisioned engines: functions, and whatever calls them. */
function run(parts: Parts): LocalCloud {
  const { options, foundation, addresses, blueprint } = parts;
  const functionConcurrency = options.functionConcurrency ?? DEFAULT_FUNCTION_CONCURRENCY;
  const fleet = new FunctionFleet(blueprint.functions, {
    region: addresses.region,
    services: foundation.services,
    counters: parts.counters,
    stateDirectory: options.stateDirectory,
    functionConcurrency,
    extraEnvironment: options.extraFunctionEnvironment ?? {},
  });
  const sources = createEventSources(blueprint, {
    foundation,
    fleet,
    region: addresses.region,
    functionConcurrency,
  });
  const endpoints = describeEndpoints(blueprint, addresses, foundation.services, (name) =>
    fleet.logFileOf(name),
  );
  const customResources = new CustomResources(blueprint.customResources, {
    adminUrl: foundation.services.others,
    ...{ accountId: addresses.accountId, region: addresses.region },
    invoke: (arn, event) => fleet.byArn(arn)?.pool.invoke(event) ?? Promise.resolve(),
  });
  const endpointsNow = () => ({
    ...endpoints,
    outputs: customResources.resolve(endpoints.outputs),
  });
  serve(parts, { fleet, customResources, endpoints: endpointsNow });
  const scheduler = startSchedules(parts, fleet);
  for (const source of sources) source.start();
  if (blueprint.notEmulated.length > 0) {
    options.onWarning?.(`not emulated: ${blueprint.notEmulated.join(', ')}`);
  }

  let stopped: Promise<void> | undefined;
  return {
    get endpoints() {
      return endpointsNow();
    },
    notEmulated: blueprint.notEmulated,
    createCustomResources: () => customResources.create(),
    operations: () => fleet.operations(),
    queueDepth: (queue) => depthOf(queue, parts),
    killWorkers: (name) => killWorkers(name, fleet),
    stop: () => (stopped ??= stopAll({ scheduler, sources, fleet, foundation })),
  };
}

function serve(
  { options, foundation, counters, addresses, blueprint }: Parts,
  {
    fleet,
    customResources,
    endpoints,
  }: {
    readonly fleet: FunctionFleet;
    readonly customResources: CustomResources;
    readonly endpoints: () => CloudEndpoints;
  },
): void {
  const warned = new Set<string>();
  foundation.secrets.serve(createSecretStore(blueprint.secrets, counters));
  foundation.admin.serve(
    createAdmin({
      endpoints,
      onAnswer: (path, body) => customResources.take(path, body),
      operations: () => fleet.operations(),
      killWorkers: (name) => fleet.byName(name)?.pool.kill(),
      onForeignService: (caller, service) => {
        const name = fleet.byCaller(caller)?.pool.plan.readableName ?? 'a client';
        const warning = `${name} called ${service}, which is not emulated`;
        if (!warned.has(warning)) options.onWarning?.(warning);
        warned.add(warning);
      },
    }),
  );
  for (const api of blueprint.apis) {
    const listener = [...foundation.apis.values()].find(({ url }) => url === api.url);
    listener?.serve(
      createHttpApi(api, {
        accountId: addresses.accountId,
        invoke: (arn, event) => fleet.byArn(arn)?.pool.invoke(event),
      }),
    );
  }
}

function startSchedules(
  { options, foundation, addresses, blueprint }: Parts,
  fleet: FunctionFleet,
): Scheduler {
  const scheduler = new Scheduler({
    scale: options.scheduleScale ?? 1,
    accountId: addresses.accountId,
    region: addresses.region,
    deliver: (targetArn, event) => {
      const queue = blueprint.queues.find(({ arn }) => arn === targetArn);
      const delivery =
        queue === undefined
          ? fleet.byArn(targetArn)?.pool.invoke(event)
          : callJson(foundation.messaging(0), 'AmazonSQS.SendMessage', {
              QueueUrl: queue.url,
              MessageBody: JSON.stringify(event),
            });
      // The function's log has what went wrong; the next firing is the retry.
      delivery?.catch(() => undefined);
    },
  });
  for (const schedule of blueprint.schedules) scheduler.start(schedule);
  return scheduler;
}

async function stopAll(running: {
  scheduler: Scheduler;
  sources: readonly EventSourceMapping[];
  fleet: FunctionFleet;
  foundation: CloudFoundation;
}): Promise<void> {
  running.scheduler.stop();
  for (const source of running.sources) source.stop();
  await running.fleet.stop();
  await Promise.all(running.sources.map((source) => source.settled()));
  await running.foundation.stop();
}

async function killWorkers(name: string, fleet: FunctionFleet): Promise<number> {
  const running = fleet.byName(name);
  if (running === undefined) throw new LocalCloudError(`there is no function "${name}"`);
  return running.pool.kill();
}

async function depthOf(queue: string, { foundation, blueprint }: Parts): Promise<QueueDepth> {
  const known = blueprint.queues.find(({ name, url }) => name === queue || url === queue);
  if (known === undefined) throw new LocalCloudError(`there is no queue "${queue}"`);
  const { Attributes } = await callJson<{ Attributes: Record<string, string> }>(
    foundation.messaging(0),
    'AmazonSQS.GetQueueAttributes',
    { QueueUrl: known.url, AttributeNames: ['All'] },
  );
  const count = (attribute: string): number => Number(Attributes[attribute] ?? 0);
  return {
    visible: count('ApproximateNumberOfMessages'),
    inFlight: count('ApproximateNumberOfMessagesNotVisible'),
    delayed: count('ApproximateNumberOfMessagesDelayed'),
  };
}

const addressesOn = (foundation: CloudFoundation, region: string): CloudAddresses => ({
  accountId: ACCOUNT_ID,
  region,
  queueUrl: (name) => `${foundation.services.sqs}/${ACCOUNT_ID}/${name}`,
  apiUrl: (api) => foundation.apis.get(api)?.url ?? '',
});

const ofType = (stacks: readonly StackTemplate[], type: string): DeclaredResource[] =>
  stacks.flatMap(({ resources }) =>
    [...resources.values()].filter((resource) => resource.type === type),
  );
