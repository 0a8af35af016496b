import type { Look } from '../../core/domain-health/finding';
import type {
  DomainAccount,
  DomainState,
  ExpectedRecord,
  ListCount,
} from '../../core/domain-health/ports';
import { TransientError } from '../../core/errors';
import { numberOf, objectOf, textOf, type JsonObject } from '../../core/json';
import { parsedObject, withoutAddresses } from '../../core/submission/answer-text';
import { readMailgun, type MailgunAccess } from './mailgun-access';
import { refusalIn } from './refusal';

/** Entries of a list that are counted: one page of the largest size. */
const PAGE_SIZE = 1_000;

const LISTS = ['bounces', 'complaints', 'unsubscribes'] as const;

/** `DomainAccount` through Mailgun's API. @see docs/mailgun.md, "Domains" */
export class MailgunDomainAccount implements DomainAccount {
  constructor(private readonly access: MailgunAccess) {}

  async state(domain: string, deadlineMs: number): Promise<Look<DomainState>> {
    const answer = await this.get(domain, { path: `/v4/domains/${domain}`, deadlineMs });
    if ('unread' in answer) return answer;
    const state = stateIn(answer.found);
    return state === undefined ? { unread: 'the answer tells of no domain' } : { found: state };
  }

  async suppressions(domain: string, deadlineMs: number): Promise<Look<readonly ListCount[]>> {
    const counts: ListCount[] = [];
    for (const list of LISTS) {
      const path = `/v3/${domain}/${list}`;
      const query = { limit: String(PAGE_SIZE) };
      const answer = await this.get(domain, { path, query, deadlineMs });
      if ('unread' in answer) return answer;
      const { items } = answer.found;
      if (!Array.isArray(items)) return { unread: `the answer tells of no ${list}` };
      counts.push({ list, entries: items.length, atLeast: items.length >= PAGE_SIZE });
    }
    return { found: counts };
  }

  async monthlyLimit(
    domain: string,
    deadlineMs: number,
  ): Promise<Look<{ readonly limit: number; readonly current: number } | undefined>> {
    const path = '/v5/accounts/limit/custom/monthly';
    const answer = await this.get(domain, { path, deadlineMs, absent: {} });
    if ('unread' in answer) return answer;
    const [limit, current] = [answer.found['limit'], answer.found['current']].map(numberOf);
    return {
      found: limit === undefined || current === undefined ? undefined : { limit, current },
    };
  }

  /** @param absent what a 404 means; without it, that nobody could look. */
  private async get(
    domain: string,
    request: {
      readonly path: string;
      readonly query?: Readonly<Record<string, string>>;
      readonly deadlineMs: number;
      readonly absent?: JsonObject;
    },
  ): Promise<Look<JsonObject>> {
    const { absent, ...call } = request;
    try {
      const read = await readMailgun(this.access, domain, call);
      if (absent !== undefined && 'answer' in read && read.answer.status === 404) {
        return { found: absent };
      }
      const body = 'answer' in read ? parsedObject(read.answer.body) : undefined;
      const refused = refusalIn(read);
      if (refused !== undefined) return { unread: refused };
      return body === undefined ? { unread: 'the answer is no JSON' } : { found: body };
    } catch (error) {
      if (error instanceof TransientError) return { unread: error.message };
      throw error;
    }
  }
}

function stateIn(body: JsonObject): DomainState | undefined {
  const domain = objectOf(body['domain']);
  const state = textOf(domain?.['state']);
  if (domain === undefined || state === undefined) return undefined;

  const about = objectOf(domain['disabled']);
  const reason = textOf(about?.['reason']) ?? textOf(about?.['note']);
  return {
    state: withoutAddresses(state),
    disabled: domain['is_disabled'] === true,
    ...(reason !== undefined && { reason: withoutAddresses(reason) }),
    records: [
      ...recordsIn(body['sending_dns_records']),
      ...recordsIn(body['receiving_dns_records']),
    ],
  };
}

function recordsIn(records: unknown): readonly ExpectedRecord[] {
  if (!Array.isArray(records)) return [];
  return records.flatMap((record) => expectedRecord(objectOf(record)) ?? []).slice(0, 20);
}

function expectedRecord(record: JsonObject | undefined): ExpectedRecord | undefined {
  const type = textOf(record?.['record_type'])?.toUpperCase();
  const value = textOf(record?.['value']);
  const purpose = purposeOf(type, textOf(record?.['name']) ?? '', value ?? '');
  if (record === undefined || value === undefined || purpose === undefined) return undefined;
  if (type !== 'TXT' && type !== 'CNAME' && type !== 'MX') return undefined;

  const priority = numberOf(record['priority']);
  return {
    ...{ purpose, type, value, name: textOf(record['name']) ?? '' },
    ...(type === 'MX' && priority !== undefined && { priority }),
    valid: validity(record['valid']),
  };
}

function purposeOf(type: string | undefined, name: string, value: string) {
  if (type === 'MX') return 'mx';
  if (name.includes('._domainkey.')) return 'dkim';
  if (type === 'CNAME') return 'tracking';
  return /^v=spf1/i.test(value) ? 'spf' : undefined;
}

const validity = (valid: unknown): ExpectedRecord['valid'] =>
  valid === 'valid' ? true : valid === 'unknown' ? 'unknown' : false;
