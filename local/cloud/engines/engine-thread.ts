import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LocalCloudError, PortInUseError } from '../cloud-error';
import type { SharedCounters } from '../operations/operation-counters';
import { YOUNG_GENERATION_MB } from '../thread-memory';

/** An engine that listens in a thread of its own. */
export interface EngineThread {
  readonly url: string;
  /** Ends the thread; what the engine holds in memory is gone. */
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly engine: 'messaging' | 'table';
  /** 0 for any free port. */
  readonly port: number;
  /** What listens there, for messages to people. */
  readonly purpose: string;
  readonly region: string;
  /** Where it may keep what it holds; it is alone there. */
  readonly directory: string;
  readonly counters: SharedCounters;
  /** Called when the thread ends by itself, which no engine should. */
  readonly onDeath: (reason: string) => void;
}

type Announcement = { port: number } | { failure: { code?: string; message: string } };

/**
 * Starts an engine.
 *
 * @throws {PortInUseError} when another process listens on its port.
 */
export async function startEngineThread(options: EngineOptions): Promise<EngineThread> {
  const { engine, port, purpose, region, directory, counters } = options;
  const worker = new Worker(join(__dirname, `${engine}-engine.mjs`), {
    name: `${engine}-engine`,
    workerData: { port, region, directory, counters },
    env: { AWS_REGION: region, AWS_ACCOUNT_ID: '000000000000' },
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  let stopping = false;
  let started = false;
  worker.on('error', (error: Error) => {
    if (started && !stopping) options.onDeath(`${purpose} stopped: ${error.message}`);
  });

  const announcement = await new Promise<Announcement>((resolve) => {
    worker.once('message', resolve);
    worker.once('error', ({ message }: Error) => resolve({ failure: { message } }));
    worker.once('exit', () => resolve({ failure: { message: 'ended before it listened' } }));
  });
  started = true;
  if ('failure' in announcement) {
    await worker.terminate();
    const { code, message } = announcement.failure;
    if (code === 'EADDRINUSE') throw new PortInUseError(port, purpose);
    throw new LocalCloudError(`${purpose} did not start: ${message}`);
  }
  return {
    url: `http://127.0.0.1:${announcement.port}`,
    stop: async () => {
      stopping = true;
      await worker.terminate();
    },
  };
}
