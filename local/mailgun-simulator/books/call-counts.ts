/** Calls by endpoint and by the status they were answered with, or what happened instead. */
export type CallCountsByEndpoint = Record<string, Record<string, number>>;

/** Counts every call of the API. */
export class CallCounts {
  private counts: CallCountsByEndpoint = {};

  /** @param result a status, or `reset`, `hang` or `gone` where none was sent. */
  note(endpoint: string, result: number | 'reset' | 'hang' | 'gone'): void {
    const counts = (this.counts[endpoint] ??= {});
    counts[result] = (counts[result] ?? 0) + 1;
  }

  read(): CallCountsByEndpoint {
    return structuredClone(this.counts);
  }

  clear(): void {
    this.counts = {};
  }
}
