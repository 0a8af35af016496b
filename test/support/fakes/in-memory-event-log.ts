import type { JsonObject } from '../../../lambdas/core/json';
import type { EventLog, LogQuery, LogRead } from '../../../lambdas/core/reconciliation/event-log';

/** Mailgun's record in memory: an empty page ends it, and its link goes on behind what is there. */
export class InMemoryEventLog implements EventLog {
  readonly events: JsonObject[] = [];
  pageSize = 3;
  /** Answers of the next reads, instead of a page. */
  readonly next: LogRead[] = [];
  /** Places of all reads. */
  readonly reads: (string | undefined)[] = [];

  read({ messageId }: LogQuery, place: string | undefined): Promise<LogRead> {
    this.reads.push(place);
    const instead = this.next.shift();
    if (instead !== undefined) return Promise.resolve(instead);

    const from = Number(place ?? 0);
    const events = this.events
      .filter((event) => idIn(event) === messageId)
      .slice(from, from + this.pageSize);
    return Promise.resolve({ result: 'page', events, next: String(from + events.length) });
  }
}

const idIn = (event: JsonObject): unknown =>
  (event['message'] as { headers?: JsonObject } | undefined)?.headers?.['message-id'];
