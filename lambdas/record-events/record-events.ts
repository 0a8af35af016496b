import { forEachBounded } from './bounded-concurrency';
import type { Dependencies } from './dependencies';
import { acceptancesOf, suppressionsOf, talliesOf, type OwnEvent } from './effects';
import { createSignalGuard, guardSignalsOf } from './guard-signals';
import { Invocation } from './invocation';
import { createNoteAcceptance } from './note-acceptance';
import { noticesOf } from './notices';
import { report } from './report';
import { createStoreEvent, type QueueRecord } from './store-event';
import { createSuppress } from './suppress';

/** Requests in flight at once: they hide each other's latency, and share a pool of connections. */
const IN_FLIGHT = 32;

/**
 * Records delivery events: their rows, then what they change.
 *
 * Each record stands for itself: one that can't be understood becomes a dead letter, one that can't
 * be recorded is reported for redelivery, and neither holds up another. Recording a record again is
 * harmless: its row is the same row, and sets take a position once.
 *
 * @returns ids of the records that are not done, so that the queue delivers them again.
 * @throws when the secret can't be read: then no record is done.
 */
export function createRecordEvents(dependencies: Dependencies) {
  const { secrets, tallies, deliveryEvents } = dependencies;
  const storeEvent = createStoreEvent(dependencies);
  const suppress = createSuppress(dependencies);
  const noteAcceptance = createNoteAcceptance(dependencies);
  const signalGuard = createSignalGuard(dependencies);

  /** Everything the events change, each change once. */
  const effectsOf = (own: readonly OwnEvent[], pepper: string) => [
    ...talliesOf(own).map(({ recordIds, write }) => ({
      recordIds,
      apply: () => tallies.add(write),
    })),
    ...suppressionsOf(own, pepper).map(({ recordIds, write }) => ({
      recordIds,
      apply: () => suppress(write),
    })),
    ...acceptancesOf(own).map(({ recordIds, write }) => ({
      recordIds,
      apply: () => noteAcceptance(write),
    })),
  ];

  return async (records: readonly QueueRecord[]): Promise<readonly string[]> => {
    const { recipientPepper } = await secrets.current();
    const invocation = new Invocation();
    const own: OwnEvent[] = [];

    await forEachBounded(records, IN_FLIGHT, (record) =>
      invocation.attempt([record.messageId], async () => {
        const event = await storeEvent(record, recipientPepper, invocation);
        if (event !== undefined) own.push(event);
      }),
    );
    // Only now: a tally without its row could be added by a replayed token.
    await forEachBounded(effectsOf(own, recipientPepper), IN_FLIGHT, ({ recordIds, apply }) =>
      invocation.attempt(recordIds, apply),
    );
    // Last: the guard reads what was written.
    await forEachBounded(guardSignalsOf(own), IN_FLIGHT, ({ recordIds, write }) =>
      invocation.attempt(recordIds, () => signalGuard(write)),
    );

    await deliveryEvents?.feed.tell(noticesOf(own, deliveryEvents.types));
    await report(invocation, dependencies);
    return invocation.failedRecordIds;
  };
}
