import { createHash, randomBytes } from 'node:crypto';
import type { Ledger } from '../books/ledger';
import type { Domain } from '../domains/domain';
import type { Form } from '../http/form';
import type { Mailbox } from './addresses';
import type { Message } from './message';
import { mimeHeaders } from './mime-headers';
import { readDeliveryTime } from './option-checks';
import { RecipientList, type RecipientValues } from './recipient-list';
import type { CheckedMessage, Recipients } from './request-checks';
import { parsedObject, placeholdersIn, type RecipientVariables } from './substitution';

/** What a message is made from besides its form. */
export interface AcceptContext {
  readonly domain: Domain;
  readonly ledger: Ledger;
  readonly nowMs: number;
  /** A stretch of Mailgun's time, in real milliseconds. */
  compressed(ms: number): number;
}

/** Makes a message of a call that passed every check. */
export function acceptMessage(
  form: Form,
  checked: CheckedMessage,
  context: AcceptContext,
): Message {
  const { domain, nowMs } = context;
  const headers = new Map([...mimeHeaders(form), ...lowerCased(form.prefixed('h:'))]);
  const variables = variablesOf(form, headers);
  const content = [...form.fields].map(([, value]) => (typeof value === 'string' ? value : ''));
  const deliverAtMs = departureOf(form, context);
  const subject = form.text('subject') ?? headers.get('subject') ?? '';
  const id = messageIdOf(headers.get('message-id'), domain, nowMs);
  const kept = keptVariables(checked.variables, [id, subject, ...texts(variables)]);
  const recipients = new RecipientList(distinct(checked.recipients), kept);
  return {
    number: -1,
    id,
    domain,
    acceptedAtMs: nowMs,
    deliverAtMs,
    scheduled: deliverAtMs > nowMs,
    from: form.text('from') ?? headers.get('from') ?? `postmaster@${domain.name}`,
    subject,
    sizeBytes: content.reduce((sum, text) => sum + text.length, 0) + 300,
    tags: form.texts('o:tag'),
    template: form.text('template'),
    testMode: isYes(form.text('o:testmode') ?? headers.get('x-mailgun-drop-message')),
    link: linkIn(form) ?? `https://${domain.name}/`,
    storageKey: `BAAB${randomBytes(21).toString('base64url')}`,
    possible: possibilitiesOf(form, domain),
    recipients,
    toCount: new Set(checked.recipients.to.map(({ address }) => address.toLowerCase())).size,
    batchMode: checked.variables !== undefined,
    variables,
    ledger: context.ledger.batch(batchOf(variables, form)),
    deliveredAtMs: new Float64Array(recipients.length),
    emailed: 0,
    suppressed: 0,
    cancelled: false,
  };
}

/** How many recipients will read a placeholder because they have no value for it. */
export function countUnfilled(form: Form, checked: CheckedMessage): number {
  const bodies = ['subject', 'text', 'html', 'amp-html'].map((name) => form.text(name) ?? '');
  const names = placeholdersIn([...bodies, ...form.prefixed('h:').values()]);
  if (names.size === 0) return 0;

  const { to } = checked.recipients;
  return to.filter(({ address }) => {
    const values = checked.variables?.get(address.toLowerCase()) ?? {};
    return ![...names].every((name) => Object.hasOwn(values, name));
  }).length;
}

function distinct({ to, cc, bcc }: Recipients): readonly Mailbox[] {
  const byAddress = new Map<string, Mailbox>();
  for (const mailbox of [...to, ...cc, ...bcc]) {
    const key = mailbox.address.toLowerCase();
    if (!byAddress.has(key)) byAddress.set(key, mailbox);
  }
  return [...byAddress.values()];
}

function messageIdOf(header: string | undefined, domain: Domain, nowMs: number): string {
  const given = header?.trim().replace(/^<(.*)>$/, '$1');
  const isHonoured = domain.settings.ownMessageIds !== true;
  if (isHonoured && given !== undefined && /^[^\s<>@]+@[^\s<>@]+$/.test(given)) return given;

  const stamp = new Date(nowMs).toISOString().replace(/\D/g, '').slice(0, 14);
  return `${stamp}.${randomBytes(8).toString('hex')}@${domain.name}`;
}

function departureOf(form: Form, context: AcceptContext): number {
  const { nowMs } = context;
  const wanted = readDeliveryTime(form.text('o:deliverytime') ?? '') ?? nowMs;
  return wanted <= nowMs ? nowMs : nowMs + context.compressed(wanted - nowMs);
}

function variablesOf(
  form: Form,
  headers: ReadonlyMap<string, string>,
): Record<string, unknown> | undefined {
  const fromHeader = parsedObject(headers.get('x-mailgun-variables') ?? '');
  const own = form.prefixed('v:');
  if (fromHeader === undefined && own.size === 0) return undefined;
  return { ...fromHeader, ...Object.fromEntries(own) };
}

/** Only what events repeat is kept: a hundred thousand recipients' variables are a lot of memory. */
function keptVariables(
  variables: RecipientVariables | undefined,
  repeated: Iterable<string>,
): (mailbox: Mailbox) => RecipientValues | undefined {
  const names = [...placeholdersIn(repeated)];
  return ({ address }) => {
    const values = variables?.get(address.toLowerCase());
    if (values === undefined || names.length === 0) return undefined;
    return Object.fromEntries(
      names.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]]),
    );
  };
}

function possibilitiesOf(form: Form, domain: Domain): Message['possible'] {
  const { opens = true, clicks = true, unsubscribes = false } = domain.settings;
  const html = form.has('html') || form.has('template') || form.has('message');
  const tracking = form.text('o:tracking');
  const on = (name: string, fallback: boolean) => {
    const text = form.text(name) ?? tracking;
    return text === undefined ? fallback : !/^(no|false)$/i.test(text);
  };
  const headers = [...form.prefixed('h:').values()];
  const bodies = ['html', 'text', 'amp-html'].map((name) => form.text(name) ?? '');
  const links = form.has('template') || form.has('message') || linkIn(form) !== undefined;
  const unsubscribable = [...headers, ...bodies].some((text) => text.includes('unsubscribe_url%'));
  return {
    opens: html && on('o:tracking-opens', opens),
    clicks: links && on('o:tracking-clicks', clicks),
    unsubscribes: unsubscribes || unsubscribable,
  };
}

function batchOf(variables: Readonly<Record<string, unknown>> | undefined, form: Form): string {
  const batch = variables?.['batch'];
  if (typeof batch === 'string' && batch !== '') return batch;

  // Mail without a batch of ours is told apart by what it says.
  const digest = createHash('sha256');
  for (const name of ['from', 'subject', 'text', 'html', 'template']) {
    digest.update(`${name}=${form.text(name) ?? ''}\n`);
  }
  return `content:${digest.digest('hex').slice(0, 16)}`;
}

function linkIn(form: Form): string | undefined {
  const html = form.text('html') ?? form.text('text') ?? '';
  const link = /https?:\/\/[^\s"'<>]+/.exec(html)?.[0];
  // A part of a text keeps the whole of it in memory; a copy does not.
  return link === undefined ? undefined : Buffer.from(link).toString();
}

function texts(variables: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  return Object.values(variables ?? {}).filter((value) => typeof value === 'string');
}

function lowerCased(headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...headers].map(([name, value]) => [name.toLowerCase(), value]));
}

function isYes(text: string | undefined): boolean {
  return /^(yes|true)$/i.test(text ?? '');
}
