import { randomBytes } from 'node:crypto';
import { CallCounts } from './books/call-counts';
import { Ledger } from './books/ledger';
import { Domain } from './domains/domain';
import { TemplateStore } from './domains/templates';
import { EventWriter } from './events/event-json';
import { EventLog } from './events/event-log';
import { FaultBook } from './faults/fault-book';
import { refusal } from './http/call';
import { MailFlow } from './messages/mail-flow';
import { RequestRecord } from './messages/request-record';
import { TakenMessages } from './messages/taken-messages';
import type { Settings } from './options';
import { SuppressionLists } from './suppressions/suppression-lists';
import { MailRoom } from './webhooks/mail-room';
import { WebhookRegistry } from './webhooks/registry';
import { SigningKey } from './webhooks/signing-key';
import { WebhookSender } from './webhooks/webhook-sender';

/** What Mailgun keeps for one sending domain. */
export interface DomainState {
  readonly domain: Domain;
  readonly suppressions: SuppressionLists;
  readonly webhooks: WebhookRegistry;
  readonly templates: TemplateStore;
}

/** What Mailgun takes without a word and a sender would regret, in recipients. */
export interface Mistakes {
  /** Recipients whose addresses others could read in `To` or `Cc`. */
  disclosed: number;
  /** Recipients who read `%recipient.something%` because they had no value for it. */
  unfilled: number;
}

/** Everything the simulated Mailgun knows and does; the HTTP API is its face. */
export class Mailgun {
  readonly ledger = new Ledger();
  readonly calls = new CallCounts();
  readonly requests = new RequestRecord();
  readonly mistakes: Mistakes = { disclosed: 0, unfilled: 0 };
  readonly signingKey: SigningKey;
  readonly faults: FaultBook;
  readonly log: EventLog;
  readonly writer: EventWriter;
  readonly sender: WebhookSender;
  readonly mailRoom: MailRoom;
  readonly flow: MailFlow;
  private readonly states = new Map<string, DomainState>();

  constructor(readonly settings: Settings) {
    this.signingKey = new SigningKey(settings.signingKey);
    this.faults = new FaultBook(settings.seed, this.signingKey);
    const taken = new TakenMessages();
    this.log = new EventLog(settings.eventsDelayMs, taken);
    this.writer = new EventWriter(settings.seed, randomBytes(8).toString('hex'));
    this.sender = new WebhookSender({
      signingKey: this.signingKey,
      retryAfterMs: settings.webhookRetrySeconds.map((seconds) => this.compressed(seconds * 1000)),
      retryDelivered: settings.retryDelivered,
      connections: settings.webhookConnections,
      timeoutMs: settings.webhookTimeoutMs,
      read: (sequence) => this.log.at(sequence),
      write: (event) => this.writer.write(event),
    });
    this.mailRoom = new MailRoom(this.sender, this.faults, (name) => this.state(name).webhooks);
    this.flow = new MailFlow({
      seed: settings.seed,
      rates: settings.rates,
      compressed: (ms) => this.compressed(ms),
      suppressionsOf: (name) => this.state(name).suppressions,
      taken,
      log: this.log,
      post: (event) => this.mailRoom.post(event),
    });
    this.setUpDomains();
  }

  /**
   * The state of a domain.
   *
   * @throws {Refusal} 404 for a domain that is unknown, or of another region.
   */
  state(name: string): DomainState {
    const found = this.states.get(name.toLowerCase());
    if (!found) throw refusal(404, `Domain not found: ${name}`);
    return found;
  }

  /** Every domain of the account. */
  domains(): readonly Domain[] {
    return [...this.states.values()].map(({ domain }) => domain);
  }

  /** A stretch of Mailgun's time, in real milliseconds. */
  compressed(ms: number): number {
    return ms / this.settings.timeScale;
  }

  /** Whether nothing more will happen by itself: no event is to come, no webhook is on its way. */
  idle(): boolean {
    return this.outstanding() === 0;
  }

  /** Events to come and webhooks on their way. */
  outstanding(): number {
    return this.flow.outstanding + this.mailRoom.outstanding + this.sender.outstanding;
  }

  /** Lets everything that is to come happen now. Webhooks then still need their time. */
  hurry(): void {
    this.flow.flush();
    this.mailRoom.releaseAll();
    this.sender.hurry();
  }

  /** Forgets everything but the settings and the signing key: whoever checks signatures has it. */
  reset(): void {
    this.stopEverything();
    this.ledger.clear();
    this.calls.clear();
    this.requests.clear();
    Object.assign(this.mistakes, { disclosed: 0, unfilled: 0 });
    this.faults.clear();
    this.log.clear();
    this.sender.reset();
    this.setUpDomains();
  }

  /** Ends everything that runs. */
  stop(): void {
    this.stopEverything();
    this.sender.stop();
  }

  private stopEverything(): void {
    this.flow.clear();
    this.mailRoom.reset();
  }

  private setUpDomains(): void {
    this.states.clear();
    for (const domain of this.settings.domains) {
      const { region, webhookUrl } = this.settings;
      if (region !== undefined && region !== (domain.region ?? 'us')) continue;
      const webhooks = new WebhookRegistry();
      if (webhookUrl !== undefined) webhooks.setAll(webhookUrl);
      this.states.set(domain.name, {
        domain: new Domain(domain),
        suppressions: new SuppressionLists(),
        webhooks,
        templates: new TemplateStore(),
      });
    }
  }
}
