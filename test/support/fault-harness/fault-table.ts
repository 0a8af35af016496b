import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the suite's results are kept until they are printed. */
export const RESULTS_FOLDER = join(__dirname, '../../../reports/faults');

/** One line of the table that the suite ends with. */
export interface FaultResult {
  /** Number in docs/faults.md; several of the same number are added up. */
  readonly row: number | string;
  readonly fault: string;
  readonly injections: number;
  readonly outcome: string;
}

/** Notes what a row came to, for the table. */
export function report(result: FaultResult): void {
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  appendFileSync(join(RESULTS_FOLDER, `${process.pid}.jsonl`), `${JSON.stringify(result)}\n`);
}
