/** Prints the figures of a run: what a test only bounds, a reader may want to see. */
export function tell(run: string, figures: Readonly<Record<string, number>>): void {
  const shown = Object.entries(figures).map(([name, figure]) => `${name} ${figure}`);
  process.stdout.write(`  ${run}: ${shown.join(', ')}\n`);
}
