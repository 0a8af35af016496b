import type { Clock } from '../core/clock';

/** Spaces what is done evenly. What takes longer than its share is not caught up with. */
export class Pace {
  private dueMs = 0;

  constructor(
    private readonly perSecond: number,
    private readonly clock: Clock,
    private readonly sleep: (ms: number) => Promise<void>,
  ) {}

  /** Resolves when it is the next one's turn. */
  async turn(): Promise<void> {
    const waitMs = this.dueMs - this.clock();
    if (waitMs > 0) await this.sleep(waitMs);
    this.dueMs = Math.max(this.dueMs, this.clock()) + 1_000 / this.perSecond;
  }
}
