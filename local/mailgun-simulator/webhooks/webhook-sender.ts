import type { MailEvent } from '../events/event';
import { Scheduler } from '../model/scheduler';
import { Poster } from './post';
import { sign, type SignatureBlock } from './signature';
import type { SigningKey } from './signing-key';

/** What became of webhook calls, counted since the start or the last reset. */
export interface WebhookCounts {
  /** Calls made, repetitions included. */
  posted: number;
  /** Calls that were answered with 200. */
  acknowledged: number;
  /** Calls that were answered with 406, and so never repeated. */
  rejected: number;
  /** Calls that were repetitions. */
  retried: number;
  /** Webhooks given up on after the last repetition. */
  dropped: number;
  /** Webhooks that a fault made vanish. */
  lost: number;
  /** Webhooks that a fault sent twice, held back, or sent with a wrong signature. */
  duplicated: number;
  reordered: number;
  delayed: number;
  corrupted: number;
}

/** How the sender behaves. Times are real ones, not compressed. */
export interface WebhookSenderSettings {
  readonly signingKey: SigningKey;
  /** Waits before each repetition; after the last one the webhook is dropped. */
  readonly retryAfterMs: readonly number[];
  /** Whether `delivered` webhooks are repeated too. */
  readonly retryDelivered: boolean;
  readonly connections: number;
  readonly timeoutMs: number;
  /** Reads an event of the log. */
  readonly read: (sequence: number) => MailEvent | undefined;
  /** Writes the event of a call. */
  readonly write: (event: MailEvent) => object;
}

/** URLs that a number can stand for; webhooks for further ones are queued as objects. */
const MOST_URLS = 64;

/** A webhook on its way to one URL. */
export interface Delivery {
  readonly event: MailEvent;
  readonly url: string;
  /** Made at the first call, and repeated with it. */
  signature: SignatureBlock | undefined;
  calls: number;
}

/**
 * Posts events to webhook URLs with Mailgun's rules: 200 is done, 406 is rejected for good, any
 * other answer or none is repeated on a schedule.
 *
 * A queued webhook is a number as long as nothing is special about it, and a body exists while it
 * is on its way.
 */
export class WebhookSender {
  readonly counts: WebhookCounts = noCounts();
  private readonly poster: Poster;
  private readonly waiting = new Scheduler<Delivery>((delivery) => this.queue(delivery));
  private queued: (number | Delivery)[] = [];
  private readonly urls: string[] = [];
  private next = 0;
  private underWay = 0;
  private epoch = 0;

  constructor(private readonly settings: WebhookSenderSettings) {
    this.poster = new Poster(settings.connections, settings.timeoutMs);
  }

  /** Webhooks that are queued, on their way or waiting for a repetition. */
  get outstanding(): number {
    return this.queued.length - this.next + this.underWay + this.waiting.size;
  }

  /** Posts an event as soon as a connection is free. */
  send(event: MailEvent, url: string, signature?: SignatureBlock): void {
    const place = signature === undefined ? this.placeOf(url) : MOST_URLS;
    if (place >= MOST_URLS) this.queue({ event, url, signature, calls: 0 });
    else this.queue(event.sequence * MOST_URLS + place);
  }

  /** Posts an event after a while. */
  sendLater(event: MailEvent, url: string, delayMs: number): void {
    this.waiting.put(Date.now() + delayMs, { event, url, signature: undefined, calls: 0 });
  }

  /** Makes every waiting repetition now. */
  hurry(): void {
    this.waiting.flush();
  }

  /** Forgets everything outstanding and every count. */
  reset(): void {
    this.epoch += 1;
    this.waiting.clear();
    this.queued = [];
    this.next = 0;
    Object.assign(this.counts, noCounts());
  }

  /** Ends every connection and forgets everything outstanding. */
  stop(): void {
    this.reset();
    this.poster.close();
  }

  private placeOf(url: string): number {
    const place = this.urls.indexOf(url);
    if (place !== -1) return place;
    return this.urls.length < MOST_URLS ? this.urls.push(url) - 1 : MOST_URLS;
  }

  private deliveryOf(queued: number | Delivery): Delivery | undefined {
    if (typeof queued !== 'number') return queued;
    const event = this.settings.read(Math.floor(queued / MOST_URLS));
    const url = this.urls[queued % MOST_URLS];
    if (event === undefined || url === undefined) return undefined;
    return { event, url, signature: undefined, calls: 0 };
  }

  private queue(delivery: number | Delivery): void {
    this.queued.push(delivery);
    this.pump();
  }

  private pump(): void {
    while (this.underWay < this.settings.connections) {
      const queued = this.queued[this.next];
      if (queued === undefined) break;
      this.next += 1;
      const delivery = this.deliveryOf(queued);
      if (delivery !== undefined) this.post(delivery);
    }
    if (this.next > 1024 && this.next * 2 > this.queued.length) {
      this.queued = this.queued.slice(this.next);
      this.next = 0;
    }
  }

  private post(delivery: Delivery): void {
    delivery.signature ??= sign(this.settings.signingKey.current, Date.now());
    const { signature, event } = delivery;
    const body = JSON.stringify({ signature, 'event-data': this.settings.write(event) });
    // Mailgun escapes slashes in some of its payloads.
    const escaped = event.sequence % 4 === 3 ? body.replaceAll('/', '\\/') : body;
    const epoch = this.epoch;
    this.underWay += 1;
    this.counts.posted += 1;
    if (delivery.calls > 0) this.counts.retried += 1;
    delivery.calls += 1;
    this.poster.post(delivery.url, escaped, (status) => {
      this.underWay -= 1;
      if (epoch === this.epoch) this.conclude(delivery, status);
      this.pump();
    });
  }

  private conclude(delivery: Delivery, status: number | undefined): void {
    if (status === 200) {
      this.counts.acknowledged += 1;
      return;
    }
    if (status === 406) {
      this.counts.rejected += 1;
      return;
    }
    const once = delivery.event.happening === 'delivered' && !this.settings.retryDelivered;
    const waitMs = once ? undefined : this.settings.retryAfterMs[delivery.calls - 1];
    if (waitMs === undefined) this.counts.dropped += 1;
    else this.waiting.put(Date.now() + waitMs, delivery);
  }
}

function noCounts(): WebhookCounts {
  return {
    posted: 0,
    acknowledged: 0,
    rejected: 0,
    retried: 0,
    dropped: 0,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    delayed: 0,
    corrupted: 0,
  };
}
