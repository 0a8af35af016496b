const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** A number as people read it: `10,000`, `1.25`. */
export const grouped = (value: number): string => GROUPED.format(value);

/** A count of things: `1 recipient`, `10,000 recipients`. */
export const counted = (count: number, one: string, many: string): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

/** A share as a percentage with one decimal: `98.5 %`; `–` of nothing. */
export const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;

/** A duration in seconds with one decimal: `12.3 s`. */
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** How a column of a table is filled. */
export type Alignment = 'left' | 'right';

/**
 * Aligns cells in columns, two blanks apart.
 *
 * @param alignments one a column; cells beyond them stay on the left.
 * @returns one line a row, without trailing blanks.
 */
export function aligned(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, at) => Math.max(cell.length, widest[at] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const width = widths[at] ?? 0;
        return alignments[at] === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
