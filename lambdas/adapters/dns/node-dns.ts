import { Resolver } from 'node:dns/promises';
import type { Look } from '../../core/domain-health/finding';
import type { DnsLookup } from '../../core/domain-health/ports';

/** What the DNS says of a name that has no such record. */
const ABSENT = ['ENOTFOUND', 'ENODATA', 'NXDOMAIN'];

/** Longest one question may take, in milliseconds, and how often it is put. */
const TIMING = { timeout: 2_500, tries: 2 };

/** `DnsLookup` through the resolver of the machine. */
export class NodeDns implements DnsLookup {
  constructor(private readonly resolver: Resolver = new Resolver(TIMING)) {}

  txt(name: string): Promise<Look<readonly string[]>> {
    return look(async () => (await this.resolver.resolveTxt(name)).map((parts) => parts.join('')));
  }

  cname(name: string): Promise<Look<readonly string[]>> {
    return look(async () => (await this.resolver.resolveCname(name)).map(normalised));
  }

  mx(name: string): Promise<Look<readonly string[]>> {
    return look(async () =>
      (await this.resolver.resolveMx(name)).map(({ exchange }) => normalised(exchange)),
    );
  }
}

async function look(ask: () => Promise<readonly string[]>): Promise<Look<readonly string[]>> {
  try {
    return { found: await ask() };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'no answer';
    return ABSENT.includes(code) ? { found: [] } : { unread: code };
  }
}

const normalised = (name: string): string => name.toLowerCase().replace(/\.$/, '');
