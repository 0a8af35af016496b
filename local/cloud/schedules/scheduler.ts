import { randomUUID } from 'node:crypto';
import type { SchedulePlan } from '../template/blueprint';

const LONGEST_TIMER_MS = 2_147_483_647;

export interface SchedulerOptions {
  /** How much faster than the clock schedules run: 60 makes a minute of a second. */
  readonly scale: number;
  readonly accountId: string;
  readonly region: string;
  /** Delivers an event; what becomes of it is the target's business. */
  readonly deliver: (targetArn: string, event: unknown) => void;
}

/** Fires schedules. */
export class Scheduler {
  readonly #timers = new Map<SchedulePlan, NodeJS.Timeout>();
  readonly #startedAt = Date.now();

  constructor(private readonly options: SchedulerOptions) {}

  start(plan: SchedulePlan): void {
    this.#wait(plan, plan.next(this.#now()));
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Time as schedules see it. */
  #now(): number {
    return this.#startedAt + (Date.now() - this.#startedAt) * this.options.scale;
  }

  #wait(plan: SchedulePlan, dueAt: number | undefined): void {
    if (dueAt === undefined) return;
    const delayMs = Math.max(0, (dueAt - this.#now()) / this.options.scale);
    const timer = setTimeout(
      () => {
        if (this.#now() < dueAt) {
          this.#wait(plan, dueAt);
          return;
        }
        this.options.deliver(plan.targetArn, this.#event(plan));
        this.#wait(plan, plan.next(Math.max(dueAt, this.#now() - 1)));
      },
      Math.min(Math.ceil(delayMs), LONGEST_TIMER_MS),
    );
    this.#timers.set(plan, timer);
  }

  #event({ input, subject }: SchedulePlan): unknown {
    if (input !== undefined) return input;
    const { accountId, region } = this.options;
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: accountId,
      time: new Date().toISOString().replace(/\.\d+/, ''),
      region,
      resources: [`arn:aws:events:${region}:${accountId}:rule/${subject.replace('/', '-')}`],
      detail: {},
    };
  }
}
