import type { Random } from './random';
import type { Scheduler } from './scheduler';

/** A message as a worker receives it. */
export interface Received {
  readonly messageId: string;
  readonly receipt: string;
  readonly body: string;
  readonly groupId: string | undefined;
  readonly sentAtMs: number;
  readonly receives: number;
}

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly groupId: string | undefined;
  readonly sentAtMs: number;
  visibleAtMs: number;
  receives: number;
  receivedAtMs: number;
  receipt: string;
}

/** How the queue behaves. Times in milliseconds. */
export interface QueueSettings {
  readonly visibilityTimeoutMs: number;
  readonly maxReceiveCount: number;
  readonly retentionMs: number;
  /** Share of receives after which another worker can receive the same message at once. */
  readonly duplicates: number;
}

const LONGEST_HIDDEN_MS = 43_200_000;

/**
 * A standard queue: at least once, in no order. A message that is received is hidden; it comes back
 * after its time unless it was deleted, and is moved away after too many receives.
 */
export class ModelQueue {
  readonly deadLetters: string[] = [];
  /** Bodies dropped because nobody took them in time. */
  readonly expired: string[] = [];
  /** Told whenever a message may have become visible. */
  onChange: () => void = () => undefined;
  private readonly messages = new Map<string, Message>();
  private sent = 0;
  private received = 0;
  private expiredAtMs = 0;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
    private readonly settings: QueueSettings,
  ) {}

  send(body: string, groupId?: string): string {
    const messageId = `m${(this.sent += 1)}`;
    const { nowMs } = this.scheduler;
    this.messages.set(messageId, {
      ...{ messageId, body, groupId, sentAtMs: nowMs, visibleAtMs: nowMs },
      ...{ receives: 0, receivedAtMs: 0, receipt: '' },
    });
    this.onChange();
    return messageId;
  }

  /** Takes any visible message; which one, the seed decides. */
  receive(): Received | undefined {
    this.expire();
    const { nowMs } = this.scheduler;
    const visible = [...this.messages.values()].filter(({ visibleAtMs }) => visibleAtMs <= nowMs);
    const message = visible[Math.floor(this.random() * visible.length)];
    if (message === undefined) return undefined;
    if (message.receives >= this.settings.maxReceiveCount) {
      this.messages.delete(message.messageId);
      this.deadLetters.push(message.body);
      return this.receive();
    }
    message.receives += 1;
    message.receivedAtMs = nowMs;
    message.receipt = `${message.messageId}#${(this.received += 1)}`;
    const isDuplicated = this.random() < this.settings.duplicates;
    message.visibleAtMs = isDuplicated ? nowMs : nowMs + this.settings.visibilityTimeoutMs;
    const { messageId, receipt, body, groupId, sentAtMs, receives } = message;
    return { messageId, receipt, body, groupId, sentAtMs, receives };
  }

  /** Forgets a message. A receipt that is not the latest may or may not do so, as with SQS. */
  delete(receipt: string): void {
    const message = this.find(receipt);
    if (message !== undefined) this.messages.delete(message.messageId);
  }

  hide(receipt: string, seconds: number): Promise<void> {
    const { nowMs } = this.scheduler;
    const message = this.find(receipt);
    if (message === undefined) return Promise.resolve();
    const untilMs = nowMs + seconds * 1000;
    if (untilMs - message.receivedAtMs > LONGEST_HIDDEN_MS) {
      return Promise.reject(new Error(`hidden for more than 12 hours: ${seconds} s`));
    }
    message.visibleAtMs = untilMs;
    this.onChange();
    return Promise.resolve();
  }

  /** When the next message becomes visible; `undefined` when there is none. */
  get nextVisibleMs(): number | undefined {
    let next: number | undefined;
    for (const { visibleAtMs } of this.messages.values()) {
      if (next === undefined || visibleAtMs < next) next = visibleAtMs;
    }
    return next;
  }

  get size(): number {
    return this.messages.size;
  }

  /** Bodies of the messages that are in the queue, hidden ones too. */
  get bodies(): readonly string[] {
    return [...this.messages.values()].map(({ body }) => body);
  }

  /** Most receives any message in the queue has had. */
  get mostReceives(): number {
    return Math.max(0, ...[...this.messages.values()].map(({ receives }) => receives));
  }

  private find(receipt: string): Message | undefined {
    const message = this.messages.get(receipt.split('#')[0]!);
    if (message === undefined) return undefined;
    return message.receipt === receipt || this.random() < 0.5 ? message : undefined;
  }

  private expire(): void {
    const { nowMs } = this.scheduler;
    if (nowMs < this.expiredAtMs + 60_000) return;
    this.expiredAtMs = nowMs;
    for (const message of [...this.messages.values()]) {
      if (nowMs - message.sentAtMs < this.settings.retentionMs) continue;
      this.messages.delete(message.messageId);
      this.expired.push(message.body);
    }
  }
}
