import { mailgunDate } from '../messages/domain-checks';
import { ok, parameter, refusal, type Call, type Reply } from '../http/call';
import { readForm } from '../http/form';
import type { Route } from '../http/router';
import type { Mailgun } from '../mailgun';
import type { Domain, RecordPurpose } from './domain';

/** `GET /v4/domains/{name}` and the templates of a domain. */
export function domainRoutes(mailgun: Mailgun): readonly Route[] {
  return [
    {
      endpoint: 'domains',
      method: 'GET',
      path: '/v4/domains/:domain',
      handle: (call) => ok(describeDomain(mailgun.state(parameter(call, 'domain')).domain)),
    },
    {
      endpoint: 'domains',
      method: 'GET',
      path: '/v4/domains',
      handle: () => {
        const items = mailgun
          .domains()
          .map(({ name, settings: { state = 'active' } }) => ({ name, state }));
        return ok({ total_count: items.length, items });
      },
    },
    ...templateRoutes(mailgun),
  ];
}

function templateRoutes(mailgun: Mailgun): readonly Route[] {
  const storeOf = (call: Call) => mailgun.state(parameter(call, 'domain')).templates;
  const one = { endpoint: 'templates', path: '/v3/:domain/templates/:name' };
  const all = { endpoint: 'templates', path: '/v3/:domain/templates' };
  return [
    { ...all, method: 'POST', handle: (call) => storeTemplate(mailgun, call) },
    {
      ...all,
      method: 'GET',
      handle: (call) => {
        const link = `${call.origin}${call.path}`;
        const items = storeOf(call).list().map(describeTemplate);
        return ok({ items, paging: { first: link, last: link, next: link, previous: link } });
      },
    },
    {
      ...one,
      method: 'GET',
      handle: (call) => {
        const template = storeOf(call).find(parameter(call, 'name'));
        if (!template) throw refusal(404, 'template not found');
        return ok({ template: describeTemplate(template) });
      },
    },
    {
      ...one,
      method: 'DELETE',
      handle: (call) => {
        const name = parameter(call, 'name');
        if (!storeOf(call).remove(name)) throw refusal(404, 'template not found');
        return ok({ message: 'template has been deleted', template: { name } });
      },
    },
  ];
}

function storeTemplate(mailgun: Mailgun, call: Call): Reply {
  const { templates } = mailgun.state(parameter(call, 'domain'));
  const form = readForm(call);
  const name = form.text('name') ?? '';
  if (name === '') throw refusal(400, 'name parameter is missing');
  if (templates.find(name)) throw refusal(400, 'template with that name already exists');
  const template = {
    name: name.toLowerCase(),
    description: form.text('description') ?? '',
    template: form.text('template') ?? '',
    tag: form.text('tag') ?? 'initial',
    createdAtMs: Date.now(),
  };
  templates.store(template);
  return ok({ message: 'template has been stored', template: describeTemplate(template) });
}

function describeTemplate(template: {
  readonly name: string;
  readonly description: string;
  readonly createdAtMs: number;
}): object {
  return {
    name: template.name,
    description: template.description,
    createdAt: mailgunDate(template.createdAtMs),
    createdBy: '',
  };
}

function describeDomain({ name, settings }: Domain): object {
  const disabled = settings.state === 'disabled';
  const record = (
    purpose: RecordPurpose,
    { type, host = name, value }: { type: string; host?: string; value: string },
  ) => {
    const isMissing =
      settings.state === 'unverified' || settings.missingRecords?.includes(purpose) === true;
    return {
      ...{ record_type: type, name: host, value, cached: [] },
      ...{ valid: isMissing ? 'unknown' : 'valid', is_active: !isMissing },
    };
  };
  return {
    domain: {
      id: Buffer.from(name).toString('hex').padEnd(24, '0').slice(0, 24),
      name,
      state: settings.state ?? 'active',
      type: settings.sandbox === true ? 'sandbox' : 'custom',
      is_disabled: disabled,
      ...(disabled && {
        disabled: { code: '', note: '', permanently: false, reason: 'domain disabled', until: '' },
      }),
      web_prefix: 'email',
      web_scheme: 'https',
      require_tls: false,
      skip_verification: false,
      message_ttl: (settings.scheduleHorizonDays ?? 3) * 86_400,
      use_automatic_sender_security: false,
      smtp_login: `postmaster@${name}`,
      spam_action: 'disabled',
      wildcard: false,
      created_at: 'Wed, 10 Jul 2013 19:26:52 GMT',
    },
    sending_dns_records: [
      record('spf', { type: 'TXT', value: 'v=spf1 include:mailgun.org ~all' }),
      record('dkim', {
        type: 'TXT',
        host: `smtp._domainkey.${name}`,
        value: 'k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GN',
      }),
      record('tracking', { type: 'CNAME', host: `email.${name}`, value: 'mailgun.org' }),
    ],
    receiving_dns_records: [
      { ...record('mx', { type: 'MX', value: 'mxa.mailgun.org' }), priority: '10' },
      { ...record('mx', { type: 'MX', value: 'mxb.mailgun.org' }), priority: '10' },
    ],
  };
}
