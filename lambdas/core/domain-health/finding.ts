/** A record to set in the DNS, exactly as it is to be. */
export interface DnsRecord {
  readonly type: 'TXT' | 'CNAME' | 'MX';
  readonly name: string;
  readonly value: string;
  /** Of an MX record. */
  readonly priority?: number;
}

/** How much a finding matters: `unknown` says that nobody could look, and nothing about the domain. */
export type Severity = 'error' | 'warning' | 'info' | 'unknown';

/** One thing about a domain. */
export interface Finding {
  /** Stable, in kebab case, such as `spf-missing`. */
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong, for a person. No addresses. */
  readonly message: string;
  /** What mends it, where a record does. */
  readonly record?: DnsRecord;
}

/** What reading came to: what there is, or why nobody could look. */
export type Look<T> = { readonly found: T } | { readonly unread: string };

/** A domain as it was last looked at. */
export interface DomainHealth {
  readonly domain: string;
  /** Milliseconds since the Unix epoch, UTC. */
  readonly atMs: number;
  /** Whether Mailgun lets the domain send. */
  readonly canSend: 'yes' | 'no' | 'unknown';
  readonly findings: readonly Finding[];
}

/** Codes of what is wrong, sorted: what people were told of. */
export function errorsIn({ findings }: Pick<DomainHealth, 'findings'>): readonly string[] {
  const codes = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  return [...new Set(codes)].sort();
}
