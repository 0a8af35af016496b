import type { Clock } from '../../../lambdas/core/clock';
import type {
  AcceptanceSearch,
  DoubtfulSubmission,
  SearchResult,
} from '../../../lambdas/core/submission/acceptance-search';
import type { Answer, TransportFault } from '../../../lambdas/core/submission/answer';
import { classifyAnswer, classifyFault } from '../../../lambdas/core/submission/classify-answer';
import type {
  MessageFields,
  MessageGateway,
  SendOutcome,
} from '../../../lambdas/core/submission/send-outcome';
import type { Random } from './random';
import type { Scheduler } from './scheduler';

/** A call as it reaches Mailgun. */
export interface ModelCall {
  /** 1 for the first call of the world. */
  readonly number: number;
  readonly atMs: number;
  readonly addresses: readonly string[];
  /** Without angle brackets. */
  readonly messageId: string;
  readonly fields: MessageFields;
}

/** What becomes of a call. */
export interface Behaviour {
  /** Whether the mail goes out, whatever is answered. */
  readonly taken: boolean;
  /** What the caller sees; `ok` is Mailgun's usual answer, `never` none at all. */
  readonly reply: 'ok' | 'never' | Answer | TransportFault;
}

/** One mailing that happened. */
interface Mailing {
  readonly call: number;
  readonly atMs: number;
  readonly messageId: string;
}

interface AcceptedEvent {
  readonly messageId: string;
  readonly batch: string;
  readonly path: string;
  readonly addresses: ReadonlySet<string>;
  readonly atMs: number;
  readonly visibleAtMs: number;
}

/** Mailgun's own words. */
export const refusal = (
  status: number,
  message: string,
  headers: Answer['headers'] = {},
): Behaviour => ({
  taken: false,
  reply: { status, headers, body: JSON.stringify({ message }) },
});

/** An answer that tells nothing of the call, which was taken or not. */
export const silence = (taken: boolean, reply: Behaviour['reply'] = 'never'): Behaviour => ({
  taken,
  reply,
});

/** A 5xx. */
export const fault5xx = (taken: boolean, status = 500): Behaviour => ({
  taken,
  reply: { status, headers: {}, body: '<html>Internal Server Error</html>' },
});

/** Before the call: clocks differ, and events carry Mailgun's. */
const SEARCH_MARGIN_MS = 10 * 60_000;

/** The truth about who was mailed, with Mailgun's answers and events in front of it. */
export class ModelMailgun implements AcceptanceSearch {
  readonly calls: ModelCall[] = [];
  /** By address. */
  readonly mailings = new Map<string, Mailing[]>();
  /** Addresses that no call may contain. */
  readonly badAddresses = new Set<string>();
  /** Decides a call; `undefined` for the usual. */
  script: (call: ModelCall) => Behaviour | undefined = () => undefined;
  /** How long a call takes, in milliseconds. */
  callMs: () => number;
  /** How long events take until they can be found, in milliseconds. */
  eventDelayMs: () => number;
  /** Set it to make events unreadable. */
  unreadable: string | undefined;
  /** Told of every mailing, once. */
  onTaken: (call: ModelCall) => void = () => undefined;
  searches = 0;
  private readonly events: AcceptedEvent[] = [];

  constructor(
    private readonly scheduler: Scheduler,
    random: Random,
  ) {
    this.callMs = () => 50 + Math.floor(random() * 2_000);
    this.eventDelayMs = () => Math.floor(random() * 10 * 60_000);
  }

  /** The gateway as one worker sees it, by the worker's own clock. */
  gateway(clock: Clock): MessageGateway {
    return { send: (_domain, fields, deadlineMs) => this.take(clock, fields, deadlineMs) };
  }

  search(_domain: string, doubtful: DoubtfulSubmission): Promise<SearchResult> {
    this.searches += 1;
    if (this.unreadable !== undefined) {
      return Promise.resolve({ result: 'unreadable', reason: this.unreadable });
    }
    const { accountId, campaignId, batchId, path } = doubtful.submission;
    const batch = [accountId, campaignId, batchId].join('/');
    const found = this.events.find(
      (event) =>
        event.visibleAtMs <= this.scheduler.nowMs &&
        (event.messageId === doubtful.messageId ||
          (event.atMs >= doubtful.fromMs - SEARCH_MARGIN_MS &&
            event.batch === batch &&
            event.path === path &&
            doubtful.recipient !== undefined &&
            event.addresses.has(doubtful.recipient))),
    );
    return Promise.resolve(
      found === undefined ? { result: 'absent' } : { result: 'found', messageId: found.messageId },
    );
  }

  /** Addresses mailed more than once. */
  get mailedTwice(): readonly string[] {
    return [...this.mailings].filter(([, times]) => times.length > 1).map(([address]) => address);
  }

  private async take(
    clock: Clock,
    fields: MessageFields,
    deadlineMs: number,
  ): Promise<SendOutcome> {
    const call = this.note(fields);
    const { taken, reply } = this.script(call) ?? this.usual(call);
    const totalMs = this.callMs();
    await this.scheduler.sleep(Math.floor(totalMs / 2));
    if (taken) this.mail(call);
    if (reply === 'never') {
      await this.scheduler.sleep(Math.max(0, deadlineMs - clock()));
      return classifyFault({ sent: 'unknown', code: 'timeout' });
    }
    await this.scheduler.sleep(Math.ceil(totalMs / 2));
    if (reply === 'ok') {
      const body = JSON.stringify({ id: `<${call.messageId}>`, message: 'Queued. Thank you.' });
      return classifyAnswer({ status: 200, headers: {}, body }, clock());
    }
    return 'status' in reply ? classifyAnswer(reply, clock()) : classifyFault(reply);
  }

  private note(fields: MessageFields): ModelCall {
    const variables = JSON.parse(String(fields['recipient-variables'])) as object;
    const call: ModelCall = {
      number: this.calls.length + 1,
      atMs: this.scheduler.nowMs,
      addresses: Object.keys(variables),
      messageId: String(fields['h:Message-Id']).replace(/[<>]/g, ''),
      fields,
    };
    this.calls.push(call);
    return call;
  }

  private usual({ addresses }: ModelCall): Behaviour {
    return addresses.some((address) => this.badAddresses.has(address))
      ? refusal(400, "'to' parameter is not a valid address. please check documentation")
      : { taken: true, reply: 'ok' };
  }

  private mail(call: ModelCall): void {
    const { nowMs: atMs } = this.scheduler;
    const { messageId, addresses, fields } = call;
    for (const address of addresses) {
      const times = this.mailings.get(address) ?? [];
      this.mailings.set(address, [...times, { call: call.number, atMs, messageId }]);
    }
    this.events.push({
      ...{ messageId, atMs, addresses: new Set(addresses) },
      batch: String(fields['v:batch']),
      path: String(fields['v:path']),
      visibleAtMs: atMs + this.eventDelayMs(),
    });
    this.onTaken(call);
  }
}
