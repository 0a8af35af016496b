const PART = 8192;

/** A long list of numbers that takes 8 bytes for each, outside the heap, and never moves. */
export class NumberColumn {
  private readonly parts: Float64Array[] = [];
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(value: number): void {
    const place = this.count % PART;
    if (place === 0) this.parts.push(new Float64Array(PART));
    const part = this.parts.at(-1);
    if (part) part[place] = value;
    this.count += 1;
  }

  /** `undefined` outside the list. */
  at(index: number): number | undefined {
    if (index < 0 || index >= this.count) return undefined;
    return this.parts[Math.floor(index / PART)]?.[index % PART];
  }

  clear(): void {
    this.parts.length = 0;
    this.count = 0;
  }
}
