import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { messagesDone } from '../../../local/cloud/events/batch-outcome';
import { TransientError } from '../../../lambdas/core/errors';
import type { Injection, Injector, Point } from './injections';
import type { ModelQueue, Received } from './model-queue';
import type { Random } from './random';
import type { Scheduler } from './scheduler';

/** The consumer a worker runs: the real one, or one to compare it with. */
export type Handler = (event: SQSEvent, deadlineMs: number) => Promise<SQSBatchResponse>;

/** Makes a consumer whose ports live and die with one invocation. */
export type HandlerFactory = (invocation: Invocation) => Handler;

/** How workers behave. Times in milliseconds. */
export interface FleetSettings {
  readonly workers: number;
  readonly invocationMs: number;
  /** Each worker's clock is off by this; index by worker. */
  readonly skewMs: (worker: number) => number;
}

/** What went wrong so far. */
export interface Casualties {
  readonly kill: number;
  readonly throttle: number;
  readonly loseReply: number;
  readonly repeat: number;
  /** Invocations that ran out of time. */
  readonly timeout: number;
}

/** One invocation of a worker: alive until it ends, is killed or runs out of time. */
export class Invocation {
  dead = false;

  /** @param onDeath what happens when it dies; a worker of the fleet is replaced. */
  constructor(
    readonly worker: number,
    readonly skewMs: number,
    private readonly fleet: Fleet,
    private readonly onDeath: () => void,
  ) {}

  die(): void {
    this.dead = true;
    this.onDeath();
  }

  /** The time by the worker's own clock. */
  readonly clock = (): number => this.fleet.scheduler.nowMs + this.skewMs;

  /** Resolves after so many milliseconds, if the worker still lives. */
  readonly sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.fleet.scheduler.after(ms, () => {
        if (!this.dead) resolve();
      });
    });

  /**
   * The same port, with everything between the worker and it: time, death, refusals, lost answers.
   * A dead worker's calls never come back.
   */
  wrap<Port extends object>(name: string, port: Port): Port {
    const proxied =
      (method: string) =>
      (...args: readonly unknown[]) =>
        this.call(`${name}.${method}`, () => {
          const target = port as Record<string, (...inputs: readonly unknown[]) => unknown>;
          return Promise.resolve(target[method]!(...args));
        });
    return new Proxy(port, {
      get: (target, property) =>
        typeof property === 'string' && typeof Reflect.get(target, property) === 'function'
          ? proxied(property)
          : (Reflect.get(target, property) as unknown),
    });
  }

  private async call(call: string, effect: () => Promise<unknown>): Promise<unknown> {
    const refused = await this.pass(call, 'before');
    if (refused === 'throttle') throw new TransientError(`${call} is throttled`);

    let answer = await this.settle(effect);
    const lost = await this.pass(call, 'after');
    if (lost === 'loseReply') throw new TransientError(`the answer of ${call} was lost`);
    if (lost === 'repeat') {
      answer = await this.settle(effect);
      await this.pause();
    }
    return answer;
  }

  /** What a port throws is the worker's business only while the worker lives. */
  private async settle(effect: () => Promise<unknown>): Promise<unknown> {
    try {
      return await effect();
    } catch (error) {
      if (this.dead) return await forever();
      throw error;
    }
  }

  private async pass(call: string, side: Point['side']): Promise<Injection | undefined> {
    if (this.dead) return forever();
    const injection = this.fleet.meet({ call, side, worker: this.worker });
    if (injection === 'kill') {
      this.die();
      return forever();
    }
    await this.pause();
    return injection;
  }

  private pause(): Promise<void> {
    return this.sleep(1 + Math.floor(this.fleet.random() * 20));
  }
}

/**
 * Ports that promise never to repeat a call or to reject one that had an effect. What their answers
 * may be is decided in the model of Mailgun.
 */
const KEEPS_ITS_WORD = /^(gateway|notifier|acceptanceSearch)\./;

/** Workers on a queue, one message an invocation, as the event source mapping runs them. */
export class Fleet {
  injector: Injector = () => undefined;
  /** Places passed so far. */
  points = 0;
  readonly names: string[] = [];
  private readonly counts = { kill: 0, throttle: 0, loseReply: 0, repeat: 0, timeout: 0 };
  private readonly idle: number[];
  private wakeAtMs = Infinity;
  private readonly underWay: string[] = [];
  /** Invocations begun with a message that another live one was at work on. */
  overlaps = 0;
  /** Told before a message is deleted, with its body. */
  onDelete: (body: string) => void = () => undefined;

  constructor(
    readonly scheduler: Scheduler,
    readonly random: Random,
    private readonly queue: ModelQueue,
    private readonly settings: FleetSettings & { readonly handler: HandlerFactory },
  ) {
    this.idle = Array.from({ length: settings.workers }, (_unused, worker) => worker);
    queue.onChange = () => this.wake();
  }

  get casualties(): Casualties {
    return this.counts;
  }

  get isIdle(): boolean {
    return this.idle.length === this.settings.workers;
  }

  meet(where: Pick<Point, 'call' | 'side' | 'worker'>): Injection | undefined {
    this.points += 1;
    this.names.push(`${where.call} ${where.side}`);
    const point = { ...where, number: this.points, atMs: this.scheduler.nowMs };
    const wanted = this.injector(point);
    const injection = KEEPS_ITS_WORD.test(where.call) && wanted !== 'kill' ? undefined : wanted;
    if (injection !== undefined) this.counts[injection] += 1;
    return injection;
  }

  /** An invocation of another function, with the same deaths and delays between it and its ports. */
  invocationBeside(onDeath: () => void): Invocation {
    return new Invocation(-1, 0, this, onDeath);
  }

  private wake(): void {
    const nextMs = this.queue.nextVisibleMs;
    if (nextMs === undefined || this.idle.length === 0) return;
    const atMs = Math.max(nextMs, this.scheduler.nowMs);
    if (atMs >= this.wakeAtMs) return;
    this.wakeAtMs = atMs;
    this.scheduler.at(atMs, () => this.assign(atMs));
  }

  private assign(atMs: number): void {
    if (this.wakeAtMs === atMs) this.wakeAtMs = Infinity;
    while (this.idle.length > 0) {
      const message = this.queue.receive();
      if (message === undefined) break;
      const [worker] = this.idle.splice(Math.floor(this.random() * this.idle.length), 1);
      const startMs = 1 + Math.floor(this.random() * 50);
      this.scheduler.after(startMs, () => void this.invoke(worker!, message));
    }
    this.wake();
  }

  private free(worker: number): void {
    this.idle.push(worker);
    this.wake();
  }

  private async invoke(worker: number, message: Received): Promise<void> {
    const { invocationMs, skewMs, handler } = this.settings;
    const leave = () => this.underWay.splice(this.underWay.indexOf(message.messageId), 1);
    const replace = () => {
      leave();
      this.scheduler.after(1_000, () => this.free(worker));
    };
    const invocation = new Invocation(worker, skewMs(worker), this, replace);
    if (this.underWay.includes(message.messageId)) this.overlaps += 1;
    this.underWay.push(message.messageId);
    let ended = false;
    this.scheduler.after(invocationMs, () => {
      if (ended || invocation.dead) return;
      this.counts.timeout += 1;
      invocation.die();
    });
    const deadlineMs = invocation.clock() + invocationMs;
    const outcome = await handler(invocation)({ Records: [recordOf(message)] }, deadlineMs).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    if (invocation.dead) return;
    ended = true;
    leave();
    if (messagesDone([message.messageId], outcome, true).length > 0) this.delete(worker, message);
    this.free(worker);
  }

  /** What becomes of the message after the function said it is done. */
  private delete(worker: number, { receipt, body }: Received): void {
    if (this.meet({ call: 'queue.delete', side: 'before', worker }) !== undefined) return;
    this.onDelete(body);
    this.queue.delete(receipt);
  }
}

function recordOf({ messageId, receipt, body, groupId, sentAtMs, receives }: Received): SQSRecord {
  return {
    messageId,
    receiptHandle: receipt,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAtMs),
      SenderId: 'producer',
      ApproximateFirstReceiveTimestamp: String(sentAtMs),
      ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:campaigns',
    awsRegion: 'eu-west-1',
  };
}

/** What a dead worker waits for. */
function forever<T>(): Promise<T> {
  return new Promise(() => undefined);
}
