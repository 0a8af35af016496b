import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FunctionPlan } from '../template/blueprint';
import { YOUNG_GENERATION_MB } from '../thread-memory';
import { logGroupOf } from './function-environment';
import type { FunctionLog } from './function-log';

/** An invocation ended without a result: the handler threw, took too long, or its worker died. */
export class InvocationError extends Error {
  /** @param errorType as Lambda reports it, such as `Sandbox.Timedout`. */
  constructor(
    readonly errorType: string,
    message: string,
  ) {
    super(message);
    this.name = 'InvocationError';
  }
}

type Reply =
  | { ready: true }
  | { initError: { errorType: string; errorMessage: string } }
  | { requestId: string; result: string }
  | { requestId: string; error: { errorType: string; errorMessage: string } };

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: InvocationError) => void;
}

/** A worker thread with a function's bundle loaded. Runs one event at a time, like one on Lambda. */
export class ExecutionEnvironment {
  readonly #plan: FunctionPlan;
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  readonly #log: FunctionLog;
  #pending: Pending | undefined;
  #settleReady: Pending | undefined;
  #deathNote: InvocationError | undefined;

  /** @param environment the function's variables, complete: nothing else is visible to it. */
  constructor(plan: FunctionPlan, environment: Record<string, string>, log: FunctionLog) {
    this.#plan = plan;
    this.#log = log;
    const { NODE_OPTIONS: options = '', ...env } = environment;
    this.#worker = new Worker(join(__dirname, 'function-worker.mjs'), {
      name: plan.readableName,
      // A thread takes no NODE_OPTIONS; of those a bundle is deployed with, source maps matter.
      execArgv: options.includes('--enable-source-maps') ? ['--enable-source-maps'] : [],
      env,
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: plan.memoryMegabytes,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
      workerData: {
        codeDirectory: plan.codeDirectory,
        handler: plan.handler,
        context: {
          functionName: plan.name,
          functionVersion: '$LATEST',
          invokedFunctionArn: plan.arn,
          memoryLimitInMB: String(plan.memoryMegabytes),
          logGroupName: logGroupOf(plan),
          logStreamName: 'local',
        },
      },
    });
    log.capture(this.#worker.stdout);
    log.capture(this.#worker.stderr);
    this.#ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve: () => resolve(), reject };
    });
    this.#ready.catch(() => undefined);
    this.#worker.on('message', (reply: Reply) => this.#receive(reply));
    this.#worker.on('error', (error: Error) => {
      this.#log.write(`worker died: ${error.message}`);
      this.#die(new InvocationError('Runtime.ExitError', `runtime exited: ${error.message}`));
    });
    this.#worker.on('exit', () => {
      this.#die(new InvocationError('Runtime.ExitError', 'runtime exited without a result'));
    });
  }

  /** Whether it can take another event. */
  get alive(): boolean {
    return this.#deathNote === undefined;
  }

  /**
   * Runs the handler.
   *
   * @returns what the handler returned, once through JSON as on Lambda.
   * @throws {InvocationError} when it throws, dies, or takes longer than its timeout.
   */
  async invoke(event: unknown): Promise<unknown> {
    await this.#ready;
    const requestId = randomUUID();
    const timeoutMs = this.#plan.timeoutSeconds * 1000;

    const outcome = new Promise<unknown>((resolve, reject) => {
      if (this.#deathNote !== undefined) {
        reject(this.#deathNote);
        return;
      }
      this.#pending = { resolve, reject };
      this.#worker.postMessage({
        requestId,
        event: JSON.stringify(event),
        deadlineMs: Date.now() + timeoutMs,
      });
    });
    const timer = setTimeout(() => {
      const message = `Task timed out after ${this.#plan.timeoutSeconds.toFixed(2)} seconds`;
      this.#log.write(`${new Date().toISOString()} ${requestId} ${message}`);
      void this.terminate(new InvocationError('Sandbox.Timedout', message));
    }, timeoutMs);
    try {
      return await outcome;
    } finally {
      clearTimeout(timer);
      this.#pending = undefined;
    }
  }

  /** Ends the thread in the middle of whatever it does; what it was doing fails with `reason`. */
  async terminate(reason: InvocationError): Promise<void> {
    this.#die(reason);
    await this.#worker.terminate();
  }

  #receive(reply: Reply): void {
    if ('ready' in reply) {
      this.#settleReady?.resolve(undefined);
    } else if ('initError' in reply) {
      const { errorType, errorMessage } = reply.initError;
      void this.terminate(new InvocationError(errorType, errorMessage));
    } else if ('error' in reply) {
      this.#pending?.reject(new InvocationError(reply.error.errorType, reply.error.errorMessage));
    } else {
      this.#pending?.resolve(JSON.parse(reply.result));
    }
  }

  #die(reason: InvocationError): void {
    this.#deathNote ??= reason;
    this.#settleReady?.reject(reason);
    this.#pending?.reject(reason);
  }
}
