/** Write units that a table and each of its keys take in a second. */
export interface Throughput {
  readonly table: number;
  readonly key: number;
}

/**
 * The write units of one table in virtual time, as DynamoDB meters them: a table and each of its
 * partition keys have so many a second, without any credit from before, which is less than AWS gives.
 */
export class MeteredTable {
  /** Writes refused because their key had no more. */
  throttledByKey = 0;
  /** Writes refused because the table had no more. */
  throttledByTable = 0;
  written = 0;
  /** Most that one key, and the table, took in a second. */
  readonly peak = { key: 0, table: 0 };
  private second = -1;
  private used = 0;
  private readonly usedByKey = new Map<string, number>();

  constructor(private readonly throughput: Throughput) {}

  /** @returns whether the write is taken. */
  write(pk: string, units: number, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.second) {
      this.second = second;
      this.used = 0;
      this.usedByKey.clear();
    }
    const ofKey = (this.usedByKey.get(pk) ?? 0) + units;
    if (ofKey > this.throughput.key) {
      this.throttledByKey += 1;
      return false;
    }
    if (this.used + units > this.throughput.table) {
      this.throttledByTable += 1;
      return false;
    }
    this.used += units;
    this.usedByKey.set(pk, ofKey);
    this.written += units;
    this.peak.key = Math.max(this.peak.key, ofKey);
    this.peak.table = Math.max(this.peak.table, this.used);
    return true;
  }
}
