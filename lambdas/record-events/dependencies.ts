import type { Clock } from '../core/clock';
import type { DeadLetters } from '../core/dead-letter/dead-letters';
import type { DeliveryEventType } from '../core/delivery-event/delivery-event';
import type { EventStore } from '../core/delivery-event/event-store';
import type { GuardRequests } from '../core/guard/guard-requests';
import type { WatchList } from '../core/guard/watch-list';
import type { Log } from '../core/log';
import type { DeliveryEventFeed } from '../core/notification/delivery-event-feed';
import type { Notifier } from '../core/notification/notification';
import type { RecipientRecords } from '../core/recipient/recipient-records';
import type { SecretSource } from '../core/secrets';
import type { AcceptanceEvidence } from '../core/submission/acceptance-evidence';
import type { MessageIndex } from '../core/submission/message-index';
import type { Allowlist } from '../core/suppression/allowlist';
import type { SuppressionList } from '../core/suppression/suppression';
import type { Tallies } from '../core/tally/tally';

/** Everything that recording events needs. */
export interface Dependencies {
  readonly secrets: SecretSource;
  readonly messages: MessageIndex;
  readonly recipients: RecipientRecords;
  readonly events: EventStore;
  readonly tallies: Tallies;
  readonly suppressions: Pick<SuppressionList, 'add'>;
  readonly allowlist: Pick<Allowlist, 'allows'>;
  readonly acceptance: AcceptanceEvidence;
  readonly watchList: Pick<WatchList, 'note'>;
  readonly guardRequests: GuardRequests;
  readonly deadLetters: DeadLetters;
  readonly notifier: Notifier;
  /** Tells of delivery events of these types; `undefined` tells of none. */
  readonly deliveryEvents?:
    | {
        readonly types: ReadonlySet<DeliveryEventType>;
        readonly feed: Pick<DeliveryEventFeed, 'tell'>;
      }
    | undefined;
  /** Opens and clicks up to so long after the delivery are a program's; 0 for none of them. */
  readonly machineWithinSeconds: number;
  readonly clock: Clock;
  readonly log: Log;
}
