import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Prints what every row of the fault matrix came to, before jest's own summary. */
export default class FaultTableReporter {
  #folder;

  constructor({ rootDir }) {
    this.#folder = join(rootDir, 'reports/faults');
  }

  onRunStart() {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  onRunComplete() {
    const rows = this.#read().sort((a, b) => order(a.row) - order(b.row));
    if (rows.length === 0) return;
    const cells = [
      ['#', 'fault', 'injections', 'outcome'],
      ...rows.map(({ row, fault, injections, outcome }) => [
        String(row),
        fault,
        String(injections),
        outcome,
      ]),
    ];
    const widths = [0, 1, 2].map((at) => Math.max(...cells.map((cell) => cell[at].length)));
    const lines = cells.map(([row, fault, injections, outcome]) =>
      [
        row.padEnd(widths[0]),
        fault.padEnd(widths[1]),
        injections.padStart(widths[2]),
        outcome,
      ].join('  '),
    );
    // Where jest writes too, so that its own summary comes after.
    process.stderr.write(`\nFaults\n${lines.join('\n')}\n\n`);
  }

  #read() {
    try {
      return readdirSync(this.#folder).flatMap((name) =>
        readFileSync(join(this.#folder, name), 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line)),
      );
    } catch {
      return [];
    }
  }
}

function order(row) {
  const number = Number.parseFloat(String(row));
  return Number.isNaN(number) ? Number.MAX_SAFE_INTEGER : number;
}
