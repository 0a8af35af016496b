import type { OperationCounters } from '../operations/operation-counters';
import type { FunctionPlan } from '../template/blueprint';
import { ExecutionEnvironment, InvocationError } from './execution-environment';
import { FunctionLog } from './function-log';

export interface FunctionPoolOptions {
  readonly environment: Record<string, string>;
  /** Execution environments at once, at most. Further events wait for one. */
  readonly concurrency: number;
  readonly logPath: string;
  readonly counters: OperationCounters;
  /** The number its operations are counted under. */
  readonly caller: number;
}

/** One function with its execution environments, started when needed and kept warm. */
export class FunctionPool {
  readonly log: FunctionLog;
  readonly #options: FunctionPoolOptions;
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #waiting: ((environment: ExecutionEnvironment | InvocationError) => void)[] = [];
  #stopped = false;

  constructor(
    readonly plan: FunctionPlan,
    options: FunctionPoolOptions,
  ) {
    this.#options = options;
    this.log = new FunctionLog(options.logPath);
  }

  /**
   * Runs the function once, in a warm environment if there is one.
   *
   * @throws {InvocationError} when it ends without a result.
   */
  async invoke(event: unknown): Promise<unknown> {
    const { counters, caller } = this.#options;
    const environment = await this.#acquire();
    counters.add(caller, 'invocations');
    try {
      return await environment.invoke(event);
    } catch (error) {
      counters.add(caller, 'errors');
      throw error;
    } finally {
      this.#release(environment);
    }
  }

  /**
   * Ends all its environments in the middle of whatever they do: what they were doing fails as
   * on a crash, and the next event starts a new one.
   *
   * @returns how many there were.
   */
  async kill(): Promise<number> {
    const killed = [...this.#all];
    this.#idle.length = 0;
    this.#all.clear();
    const reason = new InvocationError('Runtime.ExitError', 'worker killed');
    await Promise.all(killed.map((environment) => environment.terminate(reason)));
    return killed.length;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const reason = new InvocationError('Stopped', 'the local cloud stops');
    for (const give of this.#waiting.splice(0)) give(reason);
    await this.kill();
    await this.log.close();
  }

  async #acquire(): Promise<ExecutionEnvironment> {
    if (this.#stopped) throw new InvocationError('Stopped', 'the local cloud stops');
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.alive) return idle;
      this.#all.delete(idle);
    }
    if (this.#all.size < this.#options.concurrency) return this.#start();

    const given = await new Promise<ExecutionEnvironment | InvocationError>((resolve) =>
      this.#waiting.push(resolve),
    );
    if (given instanceof InvocationError) throw given;
    return given;
  }

  #start(): ExecutionEnvironment {
    const environment = new ExecutionEnvironment(this.plan, this.#options.environment, this.log);
    this.#all.add(environment);
    return environment;
  }

  #release(environment: ExecutionEnvironment): void {
    const usable = environment.alive && this.#all.has(environment);
    if (!usable) this.#all.delete(environment);
    if (this.#stopped) return;

    const next = this.#waiting.shift();
    if (next !== undefined) next(usable ? environment : this.#start());
    else if (usable) this.#idle.push(environment);
  }
}
