import type { MailEvent } from '../events/event';
import type { WebhookFault, WebhookFaults } from '../faults/webhook-faults';
import { recipientOf } from '../messages/message';
import { webhookFor } from '../model/happenings';
import type { WebhookRegistry } from './registry';
import { sign } from './signature';
import type { WebhookSender } from './webhook-sender';

/** An event held back until another of the same recipient has gone out. */
interface Held {
  readonly event: MailEvent;
  readonly url: string;
  readonly timer: NodeJS.Timeout;
}

/**
 * Decides which URLs an event is posted to, and lets the scripted webhook faults happen: the
 * event itself is in the events API in any case.
 */
export class MailRoom {
  private readonly held = new Map<string, Held[]>();
  private heldCount = 0;

  constructor(
    private readonly sender: WebhookSender,
    private readonly faults: WebhookFaults,
    private readonly registryOf: (domain: string) => WebhookRegistry,
  ) {}

  /** Events held back by a fault. */
  get outstanding(): number {
    return this.heldCount;
  }

  /** Posts an event to every URL registered for it. */
  post(event: MailEvent): void {
    for (const url of this.registryOf(event.message.domain.name).urls(
      webhookFor(event.happening),
    )) {
      const fault = this.faults.pick(event);
      if (fault) this.postWith(fault, event, url);
      else this.sender.send(event, url);
    }
    this.release(event);
  }

  /** Posts everything that is held back. */
  releaseAll(): void {
    for (const key of [...this.held.keys()]) this.releaseHeld(key);
  }

  /** Forgets everything that is held back. */
  reset(): void {
    for (const events of this.held.values()) events.forEach(({ timer }) => clearTimeout(timer));
    this.held.clear();
    this.heldCount = 0;
  }

  private postWith(fault: WebhookFault, event: MailEvent, url: string): void {
    const { counts } = this.sender;
    switch (fault.kind) {
      case 'lose':
        counts.lost += 1;
        return;
      case 'duplicate':
        counts.duplicated += 1;
        this.duplicate(fault, event, url);
        return;
      case 'delay':
        counts.delayed += 1;
        this.sender.sendLater(event, url, fault.delayMs);
        return;
      case 'reorder':
        counts.reordered += 1;
        this.hold(event, url, fault.delayMs);
        return;
      case 'badSignature': {
        counts.corrupted += 1;
        const block = sign('not the signing key', Date.now());
        this.sender.send(event, url, block);
        return;
      }
    }
  }

  private duplicate(fault: WebhookFault, event: MailEvent, url: string): void {
    const signature = fault.resign ? undefined : sign(this.faults.signingKey.current, Date.now());
    this.sender.send(event, url, signature);
    this.sender.send(event, url, signature);
  }

  private hold(event: MailEvent, url: string, longestMs: number): void {
    const key = keyOf(event);
    const timer = setTimeout(() => this.releaseHeld(key), longestMs);
    this.heldCount += 1;
    this.held.set(key, [...(this.held.get(key) ?? []), { event, url, timer }]);
  }

  private release(event: MailEvent): void {
    if (this.heldCount === 0) return;
    const key = keyOf(event);
    const waitsForAnother = this.held.get(key)?.every((held) => held.event === event) ?? true;
    if (!waitsForAnother) this.releaseHeld(key);
  }

  private releaseHeld(key: string): void {
    const events = this.held.get(key) ?? [];
    this.held.delete(key);
    this.heldCount -= events.length;
    for (const { event, url, timer } of events.reverse()) {
      clearTimeout(timer);
      this.sender.send(event, url);
    }
  }
}

function keyOf({ message, index }: MailEvent): string {
  return `${message.storageKey}\n${recipientOf(message, index).address}`;
}
