import type { DnsRecord, Finding, Look, Severity } from './finding';
import type { DnsLookup, ExpectedRecord } from './ports';

type Purpose = ExpectedRecord['purpose'];

const ABOUT: Readonly<Record<Purpose, { severity: Severity; name: string; without: string }>> = {
  spf: { severity: 'error', name: 'SPF', without: 'receivers may refuse the mail' },
  dkim: { severity: 'error', name: 'DKIM', without: 'receivers may refuse the mail' },
  tracking: {
    severity: 'warning',
    name: 'tracking CNAME',
    without: 'opens and clicks are not counted, and tracked links may break',
  },
  mx: {
    severity: 'warning',
    name: 'MX',
    without: 'bounces that come after delivery, and replies, do not reach Mailgun',
  },
};

/**
 * Compares the records Mailgun expects with the DNS. What Mailgun has seen to be valid is valid;
 * the rest is looked up, because Mailgun looks now and then only.
 */
export async function recordFindings(
  dns: DnsLookup,
  expected: readonly ExpectedRecord[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const record of expected) {
    if (record.valid === true) continue;
    const finding = await findingOf(dns, record);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

async function findingOf(dns: DnsLookup, record: ExpectedRecord): Promise<Finding | undefined> {
  const { purpose } = record;
  const { name } = ABOUT[purpose];
  const look = await lookUp(dns, record);
  if ('unread' in look) {
    const message = `${name} of ${record.name} could not be looked up: ${look.unread}`;
    return { code: `${purpose}-unread`, severity: 'unknown', message };
  }
  if (purpose === 'spf') return spfFinding(record, look.found);
  if (look.found.some((value) => isSame(record, value))) return undefined;
  return problem(record, look.found.length === 0 ? 'missing' : 'differs', recordOf(record));
}

function lookUp(dns: DnsLookup, { type, name }: DnsRecord): Promise<Look<readonly string[]>> {
  switch (type) {
    case 'TXT':
      return dns.txt(name);
    case 'CNAME':
      return dns.cname(name);
    case 'MX':
      return dns.mx(name);
  }
}

/** A key may be written with other blanks and tags; what counts is the key itself. */
function isSame({ type, value }: DnsRecord, other: string): boolean {
  if (type !== 'TXT') return other === value.toLowerCase().replace(/\.$/, '');
  const key = keyIn(value);
  return key === undefined ? other === value : key === keyIn(other);
}

const keyIn = (value: string): string | undefined =>
  /(?:^|;)\s*p=([^;]*)/.exec(value)?.[1]?.replace(/\s/g, '');

function spfFinding(record: ExpectedRecord, texts: readonly string[]): Finding | undefined {
  const policies = texts.filter((text) => /^v=spf1(\s|$)/i.test(text));
  const [policy, ...more] = policies;
  if (policy === undefined) return problem(record, 'missing', recordOf(record));

  const terms = policy.toLowerCase().split(/\s+/);
  const lacking = record.value
    .toLowerCase()
    .split(/\s+/)
    .filter((term) => term.startsWith('include:') && !terms.includes(term));
  const withThem = { ...recordOf(record), value: including(policy, lacking) };
  // Receivers treat two policies as none.
  if (more.length > 0) return problem(record, 'ambiguous', withThem);
  return lacking.length === 0 ? undefined : problem(record, 'differs', withThem);
}

/** A policy with further mechanisms, before the one that ends it. */
function including(policy: string, mechanisms: readonly string[]): string {
  const terms = policy.split(/\s+/);
  const end = terms.findIndex((term) => /^[-~?+]?all$/i.test(term));
  terms.splice(end === -1 ? terms.length : end, 0, ...mechanisms);
  return terms.join(' ');
}

const WORDS = {
  missing: 'is missing',
  differs: 'is not the one Mailgun expects',
  ambiguous: 'is there more than once, which counts as none: keep one',
} as const;

function problem(record: ExpectedRecord, kind: keyof typeof WORDS, mend: DnsRecord): Finding {
  const { purpose } = record;
  const { severity, name, without } = ABOUT[purpose];
  const message = `${name} of ${record.name} ${WORDS[kind]}: ${without}`;
  return { code: `${purpose}-${kind}`, severity, message, record: mend };
}

function recordOf({ type, name, value, priority }: ExpectedRecord): DnsRecord {
  return { type, name, value, ...(priority !== undefined && { priority }) };
}
