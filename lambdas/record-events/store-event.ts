import { readEventMessage } from '../adapters/sqs/event-message';
import type { AuthenticEvent } from '../core/delivery-event/authentic-event';
import { normaliseEvent } from '../core/delivery-event/normalise-event';
import { PermanentError } from '../core/errors';
import { createCorrelate } from './correlate';
import type { Dependencies } from './dependencies';
import type { OwnEvent } from './effects';
import type { Invocation } from './invocation';
import { recordedEvent } from './recorded-event';

/** One record of the event queue. */
export interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
  /** Message group of the record, where it has one. */
  readonly groupId?: string | undefined;
  /**
   * How often the queue has handed it out, this time included.
   *
   * @default 1
   */
  readonly receives?: number | undefined;
}

/**
 * Stores the event of one record, once however often it comes.
 *
 * @returns the event, when it is one of ours and its effects are to be written.
 */
export function createStoreEvent(dependencies: Dependencies) {
  const { events, deadLetters, machineWithinSeconds } = dependencies;
  const correlate = createCorrelate(dependencies);

  /** @returns the event of a record; nothing where it became a dead letter. */
  const read = async (
    { body, groupId }: QueueRecord,
    invocation: Invocation,
  ): Promise<AuthenticEvent | undefined> => {
    try {
      return readEventMessage(body);
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;

      const { code, message: reason } = error;
      const group = groupId === undefined ? {} : { groupId };
      await deadLetters.put({ body, code, reason, ...group });
      invocation.count('dead-lettered');
      return undefined;
    }
  };

  return async (
    record: QueueRecord,
    pepper: string,
    invocation: Invocation,
  ): Promise<OwnEvent | undefined> => {
    const authentic = await read(record, invocation);
    if (authentic === undefined) return undefined;

    const event = normaliseEvent(authentic.eventData, machineWithinSeconds);
    const { owner, batchDomain } = await correlate(pepper, event);
    const recorded = recordedEvent(authentic, event, owner);
    const stored = await events.put(recorded);
    if (stored === 'other-body') {
      invocation.count('replayed-token');
      return undefined;
    }
    if (owner.kind === 'foreign') {
      invocation.count('foreign');
      return undefined;
    }
    invocation.count(owner.position === undefined ? 'unknown-recipient' : 'recorded');
    const { submission, position } = owner;
    const { occurredAtMs } = recorded;
    // Of an event, only what ties it to the batch is proven; older records don't name the domain.
    const domain = batchDomain ?? event.domain;
    const { token } = authentic;
    // A known event comes from a call that Mailgun repeated, and whose first record tells of it; or
    // from a record that is handed out again, and whose worker may have died before it could.
    const isUntold = stored === 'stored' || (record.receives ?? 1) > 1;
    const about = { recordId: record.messageId, event, submission, position, domain };
    return { ...about, occurredAtMs, token, isUntold };
  };
}
