import type { Finding } from './finding';
import type { DnsLookup } from './ports';

/** Names looked at above the domain, at most; so deep no sending domain lies. */
const MAX_PARENTS = 5;

/**
 * Looks for the DMARC policy that holds for a domain: its own, or else that of the nearest domain
 * above it, whose `sp` then goes before its `p`.
 *
 * Gmail and Yahoo ask bulk senders for a policy, be it `none`.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc7489#section-6.6.3
 */
export async function dmarcFindings(dns: DnsLookup, domain: string): Promise<readonly Finding[]> {
  for (const name of [domain, ...parentsOf(domain)]) {
    const look = await dns.txt(`_dmarc.${name}`);
    if ('unread' in look) {
      const message = `DMARC of ${name} could not be looked up: ${look.unread}`;
      return [{ code: 'dmarc-unread', severity: 'unknown', message }];
    }
    const policies = look.found.filter((text) => /^v=DMARC1\s*(;|$)/.test(text));
    const [policy, ...more] = policies;
    if (policy !== undefined) return judge({ domain, name, policy, more: more.length });
  }
  return [
    {
      ...{ code: 'dmarc-missing', severity: 'error' },
      message: `neither ${domain} nor a domain above it has a DMARC policy: Gmail and Yahoo refuse bulk mail without`,
      record: recordFor(domain, 'none'),
    },
  ];
}

function judge(found: {
  readonly domain: string;
  readonly name: string;
  readonly policy: string;
  readonly more: number;
}): readonly Finding[] {
  const { domain, name, policy, more } = found;
  const at = `_dmarc.${name}`;
  if (more > 0) {
    const message = `${at} has ${more + 1} DMARC policies, which count as none: keep one`;
    return [{ code: 'dmarc-ambiguous', severity: 'error', message }];
  }
  const asked = tag(policy, 'p');
  const applied = (name === domain ? undefined : tag(policy, 'sp')) ?? asked;
  if (applied === 'quarantine' || applied === 'reject') return [];
  if (applied === 'none') {
    return [
      {
        ...{ code: 'dmarc-none', severity: 'info' },
        message: `the DMARC policy at ${at} only watches (p=none): nobody who forges mail is stopped by it`,
        record: recordFor(domain, 'quarantine'),
      },
    ];
  }
  return [
    {
      ...{ code: 'dmarc-invalid', severity: 'error' },
      message: `the DMARC policy at ${at} has no p that receivers know: it counts as none`,
      record: recordFor(domain, 'none'),
    },
  ];
}

function tag(policy: string, name: string): string | undefined {
  return new RegExp(`(?:^|;)\\s*${name}\\s*=\\s*([^;\\s]*)`, 'i').exec(policy)?.[1]?.toLowerCase();
}

/** Domains above one, the nearest first; none with a single label. */
function parentsOf(domain: string): readonly string[] {
  const labels = domain.split('.');
  return labels
    .slice(1, -1)
    .map((_, index) => labels.slice(index + 1).join('.'))
    .slice(0, MAX_PARENTS);
}

const recordFor = (domain: string, policy: string) =>
  ({ type: 'TXT', name: `_dmarc.${domain}`, value: `v=DMARC1; p=${policy}` }) as const;
