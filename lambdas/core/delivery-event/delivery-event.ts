import type { DeliveryFailure } from './delivery-failure';

/** What happened to one recipient's copy of a message. */
export const DELIVERY_EVENT_TYPES = [
  'accepted',
  'deferred',
  'delivered',
  'bounced',
  'failed',
  'complained',
  'unsubscribed',
  'opened',
  'clicked',
  /** Something that Mailgun reports and this version has no name for. Kept, never counted. */
  'unknown',
] as const;

/** Why an open or a click is held for a program's: Mailgun says so, or it came too soon for a person. */
export type MachineReason = 'flagged' | 'soon-after-delivery';

export type DeliveryEventType = (typeof DELIVERY_EVENT_TYPES)[number];

/**
 * A normalised fact about one recipient, whatever shape Mailgun gave it. Holds the recipient's
 * address, so it is never stored or logged as it is.
 */
export interface DeliveryEvent {
  readonly type: DeliveryEventType;
  /** Mailgun's name of it: letters, digits, `_`, `.` and `-`, at most 64. */
  readonly providerEvent: string;
  /** Mailgun's id of it: unique within a day only. */
  readonly providerId: string | undefined;
  /** Milliseconds since the Unix epoch, UTC; `undefined` when Mailgun gave no time. */
  readonly occurredAtMs: number | undefined;
  /** Normalised addr-spec; `undefined` when there is none, or none that is ever mailed. */
  readonly recipient: string | undefined;
  /** Without angle brackets, at most 255 characters. */
  readonly messageId: string | undefined;
  /** Mailgun sending domain, lower-cased. */
  readonly domain: string | undefined;
  /** Tags of the message; of an unsubscribe, what it is limited to. */
  readonly tags: readonly string[];
  /** `user-variables` as they came: any JSON value, or none. */
  readonly variables: unknown;
  /** Mailgun only pretended to deliver. */
  readonly testMode: boolean;
  /** Opened or clicked by a program, not by a person. */
  readonly machine: boolean;
  /** Why it is held for a program's; only with `machine`. */
  readonly machineReason: MachineReason | undefined;
  /** What went wrong; only with `deferred`, `bounced` and `failed`. */
  readonly failure: DeliveryFailure | undefined;
}
