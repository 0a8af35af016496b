import { faultOf } from '../core/errors';

/** What became of one record. */
export type RecordOutcome =
  'recorded' | 'foreign' | 'unknown-recipient' | 'replayed-token' | 'dead-lettered';

/** Keeps account of one invocation: which records are not done, and what became of the others. */
export class Invocation {
  private readonly failed = new Set<string>();
  private readonly causes = new Set<string>();
  private readonly counts = new Map<RecordOutcome, number>();

  /** Runs work that records wait for; when it fails, they are not done. Never rejects. */
  async attempt(recordIds: readonly string[], work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      for (const recordId of recordIds) this.failed.add(recordId);
      this.causes.add(faultOf(error));
    }
  }

  count(outcome: RecordOutcome): void {
    this.counts.set(outcome, this.counted(outcome) + 1);
  }

  counted(outcome: RecordOutcome): number {
    return this.counts.get(outcome) ?? 0;
  }

  /** Records that are not done, in no particular order. */
  get failedRecordIds(): readonly string[] {
    return [...this.failed];
  }

  /** Outcomes and how often, for a log line. */
  get summary(): Readonly<Record<string, number>> {
    return { ...Object.fromEntries(this.counts), failed: this.failed.size };
  }

  /** What the failures were, each once. */
  get failureCauses(): readonly string[] {
    return [...this.causes];
  }
}
