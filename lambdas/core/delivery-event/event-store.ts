import type { SubmissionKey } from '../campaign/keys';
import type { DeliveryEventType, MachineReason } from './delivery-event';
import type { DeliveryFailure } from './delivery-failure';

/** Where an event belongs. */
export type EventOwner =
  | {
      readonly kind: 'ours';
      readonly submission: SubmissionKey;
      /** `undefined` when the recipient is not in the batch. */
      readonly position: number | undefined;
    }
  /** Mail of the same domain that this deployment did not send. */
  | { readonly kind: 'foreign'; readonly domain: string };

/** One event as it is kept: what it says, without the address. */
export interface RecordedEvent {
  /** The replay token of its webhook call. */
  readonly token: string;
  /** See {@link bodyDigest}; 16 bytes. */
  readonly bodyDigest: Uint8Array;
  readonly owner: EventOwner;
  readonly type: DeliveryEventType;
  /** Mailgun's name of it. */
  readonly providerEvent: string;
  readonly providerId: string | undefined;
  /** Only where it can hold no address: see `storableMessageId`. */
  readonly messageId: string | undefined;
  /**
   * Milliseconds since the Unix epoch, UTC; when it was signed, where Mailgun gave no time, and when it
   * came, where Mailgun's lies ahead.
   */
  readonly occurredAtMs: number;
  /** Milliseconds since the Unix epoch, UTC. */
  readonly receivedAtMs: number;
  readonly testMode: boolean;
  readonly machine: boolean;
  readonly machineReason: MachineReason | undefined;
  readonly failure: DeliveryFailure | undefined;
  /** Names of the fields of an event of type `unknown`, sorted; at most 96 characters in all. */
  readonly fields: string | undefined;
}

/** Keeps every authentic event once. Implemented in `adapters/dynamodb`. */
export interface EventStore {
  /**
   * Stores an event under its token. One write.
   *
   * @returns `'stored'`, or `'known'` when another call had brought the same event before; `'other-body'` when the
   *   token stands for an event with another content, which stays.
   * @throws {TransientError} when it can't be stored.
   */
  put(event: RecordedEvent): Promise<'stored' | 'known' | 'other-body'>;
}
