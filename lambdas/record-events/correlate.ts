import type { BatchKey, SubmissionKey } from '../core/campaign/keys';
import type { DeliveryEvent } from '../core/delivery-event/delivery-event';
import type { EventOwner } from '../core/delivery-event/event-store';
import { positionOf, recipientDigest } from '../core/recipient/recipient-digest';
import type { RecipientRecords, StoredRecipientRecord } from '../core/recipient/recipient-records';
import { readCorrelationVariables } from '../core/submission/correlation';
import type { MessageIndex } from '../core/submission/message-index';
import { LruCache } from './lru-cache';

/** Batches whose digests are kept in memory: at most 8 KB each. */
const BATCHES_IN_MEMORY = 1_000;

/** Message ids kept in memory. */
const MESSAGES_IN_MEMORY = 10_000;

/** Domain an event without one is stored under. */
const NO_DOMAIN = 'unknown';

interface Dependencies {
  readonly messages: MessageIndex;
  readonly recipients: RecipientRecords;
}

/** Whose an event is. */
export interface Correlation {
  readonly owner: EventOwner;
  /**
   * Sending domain of the batch; `undefined` for mail that is not ours, and for a batch whose record
   * does not name it.
   */
  readonly batchDomain: string | undefined;
}

/**
 * Finds out whose an event is: by the variables that a submission carries, else by its message id;
 * then the recipient's position by the digest of its address.
 *
 * What is found is kept in memory, since neither can change. What is not found may be stored a
 * moment later, so it is asked for again.
 */
export function createCorrelate({ messages, recipients }: Dependencies) {
  const submissions = new LruCache<string, Promise<SubmissionKey | undefined>>(MESSAGES_IN_MEMORY);
  const records = new LruCache<string, Promise<StoredRecipientRecord | undefined>>(
    BATCHES_IN_MEMORY,
  );

  const submissionOf = (key: string, event: DeliveryEvent): Promise<SubmissionKey | undefined> => {
    const carried = readCorrelationVariables(key, event.variables);
    if (carried !== undefined) return Promise.resolve(carried);

    const { messageId } = event;
    if (messageId === undefined) return Promise.resolve(undefined);
    return remembered(submissions, messageId, () => messages.find(messageId));
  };

  const recordOf = (batch: BatchKey): Promise<StoredRecipientRecord | undefined> =>
    remembered(records, `${batch.accountId}/${batch.campaignId}/${batch.batchId}`, () =>
      recipients.read(batch),
    );

  /**
   * @param key the deployment's recipient pepper.
   * @throws {TransientError} when a store can't be read.
   */
  return async (key: string, event: DeliveryEvent): Promise<Correlation> => {
    const submission = await submissionOf(key, event);
    if (submission === undefined) {
      const owner = { kind: 'foreign', domain: event.domain ?? NO_DOMAIN } as const;
      return { owner, batchDomain: undefined };
    }
    const record = event.recipient === undefined ? undefined : await recordOf(submission);
    const position =
      record === undefined || event.recipient === undefined
        ? undefined
        : positionOf(record.digests, recipientDigest(key, event.recipient));
    return { owner: { kind: 'ours', submission, position }, batchDomain: record?.domain };
  };
}

/** Asks once however many want to know at the same time; forgets failures and what was not found. */
function remembered<V>(
  cache: LruCache<string, Promise<V | undefined>>,
  key: string,
  ask: () => Promise<V | undefined>,
): Promise<V | undefined> {
  const known = cache.get(key);
  if (known !== undefined) return known;

  const asked = ask();
  cache.set(key, asked);
  const forget = () => {
    cache.delete(key);
  };
  asked.then((value) => {
    if (value === undefined) forget();
  }, forget);
  return asked;
}
