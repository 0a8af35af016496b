import { MailgunDomainAccount } from '../../../lambdas/adapters/mailgun/mailgun-domain-account';
import {
  canSend,
  limitFindings,
  queueFindings,
  stateFindings,
  suppressionFindings,
  webhookFindings,
} from '../../../lambdas/core/domain-health/account-findings';
import { dmarcFindings } from '../../../lambdas/core/domain-health/dmarc-findings';
import { examineDomain } from '../../../lambdas/core/domain-health/examine-domain';
import type { Look } from '../../../lambdas/core/domain-health/finding';
import type { DnsLookup, ExpectedRecord } from '../../../lambdas/core/domain-health/ports';
import { recordFindings } from '../../../lambdas/core/domain-health/record-findings';
import { startSimulator } from '../../../local/mailgun-simulator/simulator';
import { accessToSimulator } from '../../contracts/simulated-mailgun';
import { InMemorySendingQueues } from '../../support/fakes/in-memory-sending-queues';
import { InMemoryWebhookRegistry } from '../../support/fakes/in-memory-webhook-registry';

const DOMAIN = 'mg.example.com';

/** A DNS with these records by `TYPE name`; a text instead of a list can't be read. */
function aDns(records: Readonly<Record<string, readonly string[] | string>>): DnsLookup {
  const look =
    (type: string) =>
    (name: string): Promise<Look<readonly string[]>> => {
      const found = records[`${type} ${name}`] ?? [];
      return Promise.resolve(typeof found === 'string' ? { unread: found } : { found });
    };
  return { txt: look('TXT'), cname: look('CNAME'), mx: look('MX') };
}

const SPF: ExpectedRecord = {
  ...{ purpose: 'spf', type: 'TXT', name: DOMAIN, valid: 'unknown' },
  value: 'v=spf1 include:mailgun.org ~all',
};
const DKIM: ExpectedRecord = {
  ...{ purpose: 'dkim', type: 'TXT', name: `s._domainkey.${DOMAIN}`, valid: false },
  value: 'k=rsa; p=ABC',
};
const CNAME: ExpectedRecord = {
  ...{ purpose: 'tracking', type: 'CNAME', name: `email.${DOMAIN}`, valid: false },
  value: 'Mailgun.org.',
};
const MX: ExpectedRecord = {
  ...{ purpose: 'mx', type: 'MX', name: DOMAIN, valid: false, priority: 10 },
  value: 'mxa.mailgun.org',
};

describe('records', () => {
  it.each<[string, ExpectedRecord, Record<string, string[] | string>, object | undefined]>([
    ['no SPF', SPF, {}, { code: 'spf-missing', severity: 'error', record: { value: SPF.value } }],
    ['a good SPF', SPF, { [`TXT ${DOMAIN}`]: ['x', 'v=spf1 include:mailgun.org -all'] }, undefined],
    [
      'an SPF without Mailgun',
      SPF,
      { [`TXT ${DOMAIN}`]: ['v=spf1 ip4:192.0.2.1 -all'] },
      { code: 'spf-differs', record: { value: 'v=spf1 ip4:192.0.2.1 include:mailgun.org -all' } },
    ],
    [
      'an SPF without an end',
      SPF,
      { [`TXT ${DOMAIN}`]: ['v=spf1 mx'] },
      { code: 'spf-differs', record: { value: 'v=spf1 mx include:mailgun.org' } },
    ],
    ['two SPF', SPF, { [`TXT ${DOMAIN}`]: ['v=spf1 -all', 'v=spf1'] }, { code: 'spf-ambiguous' }],
    [
      'a DNS that fails',
      SPF,
      { [`TXT ${DOMAIN}`]: 'ESERVFAIL' },
      { code: 'spf-unread', severity: 'unknown' },
    ],
    [
      'no DKIM',
      DKIM,
      {},
      { code: 'dkim-missing', severity: 'error', record: { value: 'k=rsa; p=ABC' } },
    ],
    ['the same key', DKIM, { [`TXT ${DKIM.name}`]: ['v=DKIM1; k=rsa; p=A BC;'] }, undefined],
    ['another key', DKIM, { [`TXT ${DKIM.name}`]: ['k=rsa; p=XYZ'] }, { code: 'dkim-differs' }],
    [
      'a text that is no key',
      { ...DKIM, value: 'abc' },
      { [`TXT ${DKIM.name}`]: ['abc'] },
      undefined,
    ],
    ['no CNAME', CNAME, {}, { code: 'tracking-missing', severity: 'warning' }],
    ['a CNAME', CNAME, { [`CNAME ${CNAME.name}`]: ['mailgun.org'] }, undefined],
    [
      'another MX',
      MX,
      { [`MX ${DOMAIN}`]: ['mx.example.com'] },
      { code: 'mx-differs', record: { priority: 10 } },
    ],
    ['what Mailgun saw', { ...SPF, valid: true }, {}, undefined],
  ])('%s', async (_what, record, dns, finding) => {
    const findings = await recordFindings(aDns(dns), [record]);

    expect(findings).toEqual(
      finding === undefined
        ? []
        : [
            expect.objectContaining({
              ...finding,
              ...('record' in finding && {
                record: expect.objectContaining(finding.record as object) as object,
              }),
            }),
          ],
    );
  });
});

describe('DMARC', () => {
  it.each<[string, Record<string, string[] | string>, object | undefined]>([
    [
      'none',
      {},
      {
        code: 'dmarc-missing',
        severity: 'error',
        record: { type: 'TXT', name: `_dmarc.${DOMAIN}`, value: 'v=DMARC1; p=none' },
      },
    ],
    ['its own', { [`TXT _dmarc.${DOMAIN}`]: ['v=DMARC1; p=reject'] }, undefined],
    ['one above', { 'TXT _dmarc.example.com': ['v=DMARC1; p=quarantine'] }, undefined],
    [
      'one above that spares it',
      { 'TXT _dmarc.example.com': ['v=DMARC1; p=reject; sp=none'] },
      { code: 'dmarc-none', severity: 'info' },
    ],
    [
      'one that watches',
      { [`TXT _dmarc.${DOMAIN}`]: ['v=DMARC1; p=none; sp=reject'] },
      { code: 'dmarc-none' },
    ],
    [
      'two',
      { [`TXT _dmarc.${DOMAIN}`]: ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] },
      { code: 'dmarc-ambiguous' },
    ],
    ['nonsense', { [`TXT _dmarc.${DOMAIN}`]: ['v=DMARC1; rua=x'] }, { code: 'dmarc-invalid' }],
    ['another text', { [`TXT _dmarc.${DOMAIN}`]: ['v=spf1'] }, { code: 'dmarc-missing' }],
    [
      'a DNS that fails',
      { [`TXT _dmarc.${DOMAIN}`]: 'ETIMEOUT' },
      { code: 'dmarc-unread', severity: 'unknown' },
    ],
  ])('with %s', async (_what, records, finding) => {
    const findings = await dmarcFindings(aDns(records), DOMAIN);

    expect(findings).toEqual(finding === undefined ? [] : [expect.objectContaining(finding)]);
  });

  it('asks no top-level domain', async () => {
    const asked: string[] = [];
    const txt = (name: string) => {
      asked.push(name);
      return Promise.resolve({ found: [] });
    };
    await dmarcFindings({ ...aDns({}), txt }, 'a.b.example.com');

    expect(asked).toEqual(['_dmarc.a.b.example.com', '_dmarc.b.example.com', '_dmarc.example.com']);
  });
});

describe('the account', () => {
  const state = (name: string, disabled = false, reason?: string) => ({
    found: { state: name, disabled, records: [], ...(reason !== undefined && { reason }) },
  });

  it.each([
    [state('active'), 'yes', []],
    [state('unverified'), 'no', ['error domain-unverified']],
    [state('disabled'), 'no', ['error domain-disabled']],
    [state('active', true, 'bounces'), 'no', ['error domain-disabled']],
    [state('inactive'), 'unknown', ['warning domain-state-unknown']],
    [{ unread: '503' }, 'unknown', ['unknown state-unread']],
  ])('%j', (look, sends, codes) => {
    expect(canSend(look)).toBe(sends);
    const findings = stateFindings(DOMAIN, look);
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(codes);
  });

  it('tells of webhooks, queue, limit and suppressions', () => {
    const wanted = { url: 'https://a', events: ['opened', 'clicked'] as const };
    const full = { opened: ['https://1', 'https://2', 'https://3'], delivered: ['https://a'] };
    const codes = [
      webhookFindings({ found: full }, wanted),
      webhookFindings({ found: { opened: ['https://a'], clicked: ['https://a'] } }, wanted),
      webhookFindings({ unread: '401' }, wanted),
      queueFindings(undefined),
      queueFindings({ disabled: false }),
      queueFindings({ disabled: true }),
      queueFindings({ disabled: true, untilMs: 0, reason: 'full' }),
      limitFindings({ unread: '403' }),
      limitFindings({ found: undefined }),
      limitFindings({ found: { limit: 100, current: 79 } }),
      limitFindings({ found: { limit: 100, current: 80 } }),
      limitFindings({ found: { limit: 100, current: 100 } }),
      suppressionFindings({ unread: '403' }),
      suppressionFindings({
        found: [
          { list: 'bounces', entries: 1000, atLeast: true },
          { list: 'complaints', entries: 2, atLeast: false },
        ],
      }),
    ].map((findings) => findings.map(({ code }) => code).join(' '));

    expect(codes).toEqual([
      ...['webhooks-missing webhooks-full', '', 'webhooks-unread', 'queue-unread', ''],
      ...['queue-disabled', 'queue-disabled', 'limit-unread', '', 'limit-used', 'limit-near'],
      ...['limit-reached', 'suppressions-unread', 'suppressions'],
    ]);
  });
});

describe('an examination', () => {
  it('of a domain at the simulator finds what is broken, and says what to set', async () => {
    const simulator = await startSimulator({ domains: [DOMAIN] });
    try {
      const registry = new InMemoryWebhookRegistry([DOMAIN]);
      const examination = {
        ...{ account: new MailgunDomainAccount(accessToSimulator(simulator, [DOMAIN])), registry },
        ...{ dns: aDns({}), queues: new InMemorySendingQueues(), clock: Date.now },
        webhooks: { url: 'https://a', events: ['opened'] as const },
      };
      simulator.changeDomain(DOMAIN, { missingRecords: ['dkim', 'mx'] });
      const health = await examineDomain(examination, DOMAIN);
      const unasked = await examineDomain({ ...examination, webhooks: undefined }, DOMAIN);
      registry.refusal = 'no';
      const unread = await examineDomain(examination, DOMAIN);
      const elsewhere = new MailgunDomainAccount({
        ...accessToSimulator(simulator, [DOMAIN]),
        domains: { [DOMAIN]: { region: 'us', apiBaseUrl: 'http://127.0.0.1:9' } },
      });
      const down = await examineDomain({ ...examination, account: elsewhere }, DOMAIN);

      const codes = (of: typeof health) => of.findings.map(({ code }) => code);
      expect(health.canSend).toBe('yes');
      expect(codes(health)).toEqual([
        ...['dkim-missing', 'mx-missing', 'mx-missing', 'dmarc-missing', 'webhooks-missing'],
        'suppressions',
      ]);
      expect(health.findings.find(({ code }) => code === 'mx-missing')?.record).toEqual({
        ...{ type: 'MX', name: DOMAIN, value: 'mxa.mailgun.org', priority: 10 },
      });
      expect(codes(unasked)).not.toContain('webhooks-missing');
      expect(codes(unread)).toContain('webhooks-unread');
      expect(down.canSend).toBe('unknown');
      expect(codes(down)).toEqual(
        expect.arrayContaining(['state-unread', 'limit-unread', 'suppressions-unread']),
      );
    } finally {
      await simulator.stop();
    }
  });
});
