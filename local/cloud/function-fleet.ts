import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { functionEnvironment, type ServiceUrls } from './functions/function-environment';
import { FunctionPool } from './functions/function-pool';
import type { FunctionOperations, OperationCounters } from './operations/operation-counters';
import type { FunctionPlan } from './template/blueprint';

/** Variables functions get beside the template's: the same for all, or by readable name. */
export type ExtraEnvironment =
  Readonly<Record<string, string>> | ((functionName: string) => Readonly<Record<string, string>>);

export interface FleetOptions {
  readonly region: string;
  readonly services: ServiceUrls;
  readonly counters: OperationCounters;
  readonly stateDirectory: string;
  readonly functionConcurrency: number;
  readonly extraEnvironment: ExtraEnvironment;
}

/** A function, and the number its requests are counted under. */
export interface RunningFunction {
  readonly pool: FunctionPool;
  readonly caller: number;
}

/** All functions of the cloud. */
export class FunctionFleet {
  readonly #running: readonly RunningFunction[];
  readonly #counters: OperationCounters;
  readonly #logDirectory: string;

  constructor(plans: readonly FunctionPlan[], options: FleetOptions) {
    const { region, services, counters, functionConcurrency, extraEnvironment } = options;
    this.#counters = counters;
    this.#logDirectory = join(options.stateDirectory, 'logs');
    rmSync(this.#logDirectory, { recursive: true, force: true });
    mkdirSync(this.#logDirectory, { recursive: true });

    this.#running = plans.map((plan, index) => {
      const caller = index + 1;
      const extra =
        typeof extraEnvironment === 'function'
          ? extraEnvironment(plan.readableName)
          : extraEnvironment;
      const pool = new FunctionPool(plan, {
        environment: { ...functionEnvironment(plan, { region, services, caller }), ...extra },
        concurrency: functionConcurrency,
        logPath: this.logFileOf(plan.readableName),
        counters,
        caller,
      });
      return { pool, caller };
    });
  }

  logFileOf(readableName: string): string {
    return join(this.#logDirectory, `${readableName}.log`);
  }

  byArn(arn: string): RunningFunction | undefined {
    return this.#running.find(({ pool }) => pool.plan.arn === arn);
  }

  /** @param name readable name, physical name or logical id. */
  byName(name: string): RunningFunction | undefined {
    return this.#running.find(({ pool: { plan } }) =>
      [plan.readableName, plan.name, plan.logicalId].includes(name),
    );
  }

  byCaller(caller: number): RunningFunction | undefined {
    return this.#running[caller - 1];
  }

  /** What each function has done so far, by readable name. */
  operations(): Record<string, FunctionOperations> {
    return Object.fromEntries(
      this.#running.map(({ pool, caller }) => [pool.plan.readableName, this.#counters.of(caller)]),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.map(({ pool }) => pool.stop()));
  }
}
