import type { Allowlist } from '../../../lambdas/core/suppression/allowlist';

/** `Allowlist` in memory. */
export class InMemoryAllowlist implements Allowlist {
  /** When each entry was noted last, by domain and hexadecimal digest. */
  private readonly notedAtMs = new Map<string, number>();
  /** Set it to make every method reject. */
  fault: Error | undefined;

  async allows(domain: string, digests: readonly Uint8Array[]): Promise<boolean> {
    await this.turn();
    return digests.some((digest) => this.notedAtMs.has(nameOf(domain, digest)));
  }

  async note(domain: string, digests: readonly Uint8Array[], atMs: number): Promise<void> {
    await this.turn();
    for (const digest of digests) {
      const name = nameOf(domain, digest);
      this.notedAtMs.set(name, Math.max(atMs, this.notedAtMs.get(name) ?? atMs));
    }
  }

  async all(domain: string): Promise<ReadonlySet<string>> {
    await this.turn();
    const names = [...this.notedAtMs.keys()].filter((name) => name.startsWith(`${domain}/`));
    return new Set(names.map((name) => name.slice(domain.length + 1)));
  }

  async forgetBefore(domain: string, atMs: number): Promise<void> {
    await this.turn();
    for (const [name, notedAtMs] of this.notedAtMs) {
      if (name.startsWith(`${domain}/`) && notedAtMs < atMs) this.notedAtMs.delete(name);
    }
  }

  private turn(): Promise<void> {
    return this.fault === undefined ? Promise.resolve() : Promise.reject(this.fault);
  }
}

const nameOf = (domain: string, digest: Uint8Array) =>
  `${domain}/${Buffer.from(digest).toString('hex')}`;
