import {
  repairedCount,
  repairedSum,
  unreconciled,
  type Checkpoint,
  type ReconcileCheckpoints,
  type Repaired,
  type StoredCheckpoint,
} from '../core/reconciliation/checkpoint';
import type { ReconcileRequest } from '../core/reconciliation/reconcile-request';

/** A checkpoint in the hands of one worker. */
export class Progress {
  private revision: number | undefined;
  private current: Checkpoint;

  /** @param stored what was read; that of an earlier call of the submission counts for nothing. */
  constructor(
    private readonly checkpoints: Pick<ReconcileCheckpoints, 'write'>,
    private readonly request: ReconcileRequest,
    stored: StoredCheckpoint | undefined,
  ) {
    this.revision = stored?.revision;
    const isOfThisCall = stored?.checkpoint.attempt === request.attempt;
    this.current = isOfThisCall ? stored.checkpoint : unreconciled(request.attempt);
  }

  get checkpoint(): Checkpoint {
    return this.current;
  }

  /** @returns whether no other worker was faster; one that was has taken over. */
  async save(
    change: Partial<Pick<Checkpoint, 'passesDone' | 'reading'>>,
    added: Repaired,
    nowMs: number,
  ): Promise<boolean> {
    const { repaired, repairedAtMs } = this.current;
    const next = {
      ...this.current,
      ...change,
      repaired: repairedSum(repaired, added),
      repairedAtMs: repairedCount(added) > 0 ? nowMs : repairedAtMs,
    };
    const revision = await this.checkpoints.write(this.request, this.revision, next);
    if (revision === 'overtaken') return false;
    this.revision = revision;
    this.current = next;
    return true;
  }
}
