import type { DeliveryEventType } from '../delivery-event/delivery-event';
import type { FailureCause } from '../delivery-event/delivery-failure';

/** A delivery event as it is published: what it says of whom, without an address. */
export interface DeliveryEventNotice {
  readonly version: 1;
  /** The replay token of its webhook call: whoever gets a notice twice knows it by this. */
  readonly id: string;
  readonly type: `delivery.${DeliveryEventType}`;
  readonly accountId: string;
  readonly campaignId: string;
  readonly batchId: string;
  /** The recipient's index in its batch, 0-based. Left out where the recipient is not in it. */
  readonly position?: number;
  /** The producer's own id of the recipient; left out where there is none, or one with an address in it. */
  readonly ref?: string;
  /** Sending domain; left out where nothing names it. */
  readonly domain?: string;
  /** ISO 8601, UTC; when the event was signed, where Mailgun gave no time. */
  readonly occurredAt: string;
  /** Opened or clicked by a program; why it is held for one. */
  readonly machine?: 'flagged' | 'soon-after-delivery';
  /** Mailgun only pretended to deliver. */
  readonly testMode?: true;
  /** Why a message was deferred, bounced or failed. */
  readonly cause?: FailureCause;
  /** Mailgun's word for it. */
  readonly reason?: string;
  /** SMTP code of the receiver, or Mailgun's own. */
  readonly code?: number;
  /** Such as `5.1.1`. */
  readonly enhancedCode?: string;
}
