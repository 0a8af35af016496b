import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LocalCloudError } from './cloud-error';
import type { EngineCaller } from './engines/aws-request';
import { startEngineThread, type EngineThread } from './engines/engine-thread';
import type { ServiceUrls } from './functions/function-environment';
import { HttpListener } from './http/http-listener';
import type { OperationCounters } from './operations/operation-counters';
import type { DeclaredResource } from './template/assembly';

/** Engines that run and listeners that hold their ports, with nothing in or behind them yet. */
export interface CloudFoundation {
  readonly services: ServiceUrls;
  readonly admin: HttpListener;
  readonly secrets: HttpListener;
  readonly apis: ReadonlyMap<DeclaredResource, HttpListener>;
  /** The engines as the caller of this number reaches them. */
  readonly messaging: (caller: number) => EngineCaller;
  readonly tables: (caller: number) => EngineCaller;
  stop(): Promise<void>;
}

export interface FoundationOptions {
  /** First of the consecutive ports; 0 for free ones everywhere. */
  readonly basePort: number;
  readonly region: string;
  /** Where engines keep what they hold; what an earlier cloud left there is removed. */
  readonly stateDirectory: string;
  readonly counters: OperationCounters;
  readonly apis: readonly DeclaredResource[];
  readonly onEngineDeath: (reason: string) => void;
}

/**
 * Takes the ports, in this order: admin, SQS with SNS and S3, DynamoDB, Secrets Manager, then
 * the HTTP APIs.
 *
 * @throws {PortInUseError} for the first that is busy; what was started is stopped again.
 */
export async function layFoundation(options: FoundationOptions): Promise<CloudFoundation> {
  const { basePort, region, counters, apis, stateDirectory, onEngineDeath } = options;
  if (basePort !== 0 && (basePort < 1024 || basePort + 3 + apis.length > 65_535)) {
    throw new LocalCloudError(`port: received ${basePort}, allowed is 0 or 1024 to 65000`);
  }
  const port = (offset: number): number => (basePort === 0 ? 0 : basePort + offset);
  const engine = (name: 'messaging' | 'table', offset: number, purpose: string) =>
    startEngineThread({
      engine: name,
      port: port(offset),
      purpose,
      region,
      directory: emptyDirectory(join(stateDirectory, name)),
      counters: counters.shared,
      onDeath: onEngineDeath,
    });

  const [admin, messaging, tables, secrets, ...apiListeners] = await allOrNothing([
    () => HttpListener.open(port(0), 'admin'),
    () => engine('messaging', 1, 'SQS, SNS and S3'),
    () => engine('table', 2, 'DynamoDB'),
    () => HttpListener.open(port(3), 'Secrets Manager'),
    ...apis.map(
      ({ logicalId }, index) =>
        () =>
          HttpListener.open(port(4 + index), `HTTP API ${logicalId}`),
    ),
  ] as const);

  const everything = [admin, messaging, tables, secrets, ...apiListeners];
  return {
    services: {
      others: admin.url,
      sqs: messaging.url,
      sns: messaging.url,
      s3: messaging.url,
      dynamodb: tables.url,
      secretsmanager: secrets.url,
    },
    admin,
    secrets,
    apis: new Map(apis.map((api, index) => [api, apiListeners[index] ?? admin])),
    messaging: (caller) => ({ url: messaging.url, region, caller }),
    tables: (caller) => ({ url: tables.url, region, caller }),
    stop: async () => {
      await Promise.all(everything.map((part) => part.stop()));
    },
  };
}

function emptyDirectory(path: string): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

type Part = HttpListener | EngineThread;
type Started<S extends readonly (() => Promise<Part>)[]> = {
  -readonly [I in keyof S]: Awaited<ReturnType<S[I]>>;
};

/** Starts everything at once. When one part fails, the others are stopped and its error thrown. */
async function allOrNothing<const S extends readonly (() => Promise<Part>)[]>(
  starts: S,
): Promise<Started<S>> {
  const outcomes = await Promise.allSettled(starts.map((start) => start()));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  const started = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  if (failed === undefined) return started as Started<S>;

  await Promise.all(started.map((part) => part.stop()));
  throw failed.reason;
}
