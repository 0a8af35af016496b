import type { ParkCause, ParkedKey } from '../core/batch/parked-batches';
import type { BatchWork } from './batch-work';
import type { Dependencies } from './dependencies';
import { findObstacle } from './obstacles';
import type { Disposition, QueuedBatch } from './send-batch';

/**
 * Sets a message's payload aside until nothing forbids sending it any more, and lets its message go.
 *
 * The payload is stored before the message goes, so a crash leaves one too many, never one too few.
 */
export async function park(
  dependencies: Dependencies,
  work: BatchWork,
  { body, groupId, messageId }: QueuedBatch,
  cause: ParkCause,
): Promise<Disposition> {
  const { parkedBatches, ledger, log, clock } = dependencies;
  const key: ParkedKey = { ...work.key, domain: work.request.domain, messageId };
  const parkedAtMs = clock();
  const group = groupId === undefined ? {} : { groupId };
  await parkedBatches.put(key, { body, ...group, cause, parkedAtMs });
  await ledger.park(work.key, messageId);
  log.info('batch parked', { code: 'batch-parked', ...work.key, cause });

  // What was forbidden may have been allowed, and its payloads released, before this one was there.
  const standings = await dependencies.controls.standings(work.key, work.request.domain);
  const obstacle = findObstacle(standings, clock());
  if (cause === 'aged' || obstacle?.obstacle === 'park') return { disposition: 'done' };

  // The payload stays for the next sweep: a duplicate of this message may count on it, and a copy too
  // many has no effect.
  await ledger.unpark(work.key, messageId);
  return { disposition: 'wait', untilMs: clock(), reason: 'released' };
}
