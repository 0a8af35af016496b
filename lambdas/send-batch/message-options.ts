import type { Message } from '../../client/send-request';
import type { SendingDomain } from './environment';
import { PermanentError } from '../core/errors';
import { REF_VARIABLE, type CorrelationVariables } from '../core/submission/correlation';

/** Mailgun's limit on all `o:`, `h:`, `v:` and `t:` parameters of a call together, in bytes. */
export const MAX_OPTION_BYTES = 16_384;

/** Recipient variable that carries a recipient's `ref`; producers' keys never begin with `_`. */
export const REF_KEY = '_ref';

/** What the options of one call are made from. */
export interface OptionsInput {
  readonly message: Message;
  readonly domain: SendingDomain;
  readonly correlation: CorrelationVariables;
  readonly messageId: string;
  /** Whether any recipient of the batch has a `ref`. */
  readonly hasRefs: boolean;
  /** Milliseconds since the Unix epoch, UTC. */
  readonly nowMs: number;
}

/** Mailgun's option parameters, by name. */
export type MessageOptions = Readonly<Record<string, string | readonly string[]>>;

/**
 * Writes the options of a call: everything whose name has a prefix.
 *
 * @throws {PermanentError} `too-many-tags`, `schedule-too-far` or `options-too-large`, with the
 *   limit and by how much it is passed.
 * @see docs/mailgun.md, "Limits"
 */
export function messageOptions(input: OptionsInput): MessageOptions {
  const options = {
    ...sendingOptions(input),
    ...headerOptions(input.message, input.messageId),
    ...templateOptions(input.message),
    'v:batch': input.correlation.batch,
    'v:path': input.correlation.path,
    'v:tag': input.correlation.tag,
    ...(input.hasRefs ? { [`v:${REF_VARIABLE}`]: `%recipient.${REF_KEY}%` } : {}),
    // The mail itself need not tell its recipient which batch it came from.
    'o:suppress-headers': 'X-Mailgun-Variables',
  };
  const bytes = bytesOf(options);
  if (bytes > MAX_OPTION_BYTES) {
    throw new PermanentError(
      'options-too-large',
      `headers, template variables and options: received ${bytes} bytes, allowed are ${MAX_OPTION_BYTES} (${bytes - MAX_OPTION_BYTES} too many)`,
    );
  }
  return options;
}

function sendingOptions({
  message,
  domain,
  nowMs,
}: OptionsInput): Record<string, string | string[]> {
  const { tags = [], tracking, deliverAt, requireTls, testMode } = message;
  const distinct = [...new Map(tags.map((tag) => [tag.toLowerCase(), tag])).values()];
  if (distinct.length > domain.maxTags) {
    throw new PermanentError(
      'too-many-tags',
      `message.tags: received ${distinct.length} tags, allowed are ${domain.maxTags} (${distinct.length - domain.maxTags} too many)`,
    );
  }
  return {
    ...(distinct.length > 0 ? { 'o:tag': distinct } : {}),
    ...(tracking?.opens === undefined ? {} : { 'o:tracking-opens': yesNo(tracking.opens) }),
    ...(tracking?.clicks === undefined ? {} : { 'o:tracking-clicks': yesNo(tracking.clicks) }),
    ...(requireTls === undefined ? {} : { 'o:require-tls': yesNo(requireTls) }),
    ...(testMode === true ? { 'o:testmode': 'yes' } : {}),
    ...deliveryTime(deliverAt, domain, nowMs),
  };
}

function deliveryTime(
  deliverAt: string | undefined,
  { maxScheduleAheadHours }: SendingDomain,
  nowMs: number,
): Record<string, string> {
  const atMs = deliverAt === undefined ? 0 : Date.parse(deliverAt);
  // What is due already, or became due while the batch waited, goes out at once.
  if (atMs <= nowMs) return {};

  const aheadHours = (atMs - nowMs) / 3_600_000;
  if (aheadHours > maxScheduleAheadHours) {
    throw new PermanentError(
      'schedule-too-far',
      `message.deliverAt: received a time ${aheadHours.toFixed(1)} hours ahead, allowed are ${maxScheduleAheadHours} (${(aheadHours - maxScheduleAheadHours).toFixed(1)} too many)`,
    );
  }
  return { 'o:deliverytime': new Date(atMs).toUTCString().replace('GMT', '+0000') };
}

function headerOptions(message: Message, messageId: string): Record<string, string> {
  const { headers = {}, replyTo, unsubscribe = 'mailgun' } = message;
  const custom = Object.entries(headers).map(([name, value]) => [`h:${name}`, value]);
  return {
    ...(Object.fromEntries(custom) as Record<string, string>),
    'h:Message-Id': `<${messageId}>`,
    ...(replyTo === undefined ? {} : { 'h:Reply-To': replyTo }),
    ...unsubscribeHeaders(unsubscribe),
  };
}

/** One-click unsubscribe. @see RFC 8058, section 3.1 */
function unsubscribeHeaders(
  unsubscribe: NonNullable<Message['unsubscribe']>,
): Record<string, string> {
  if (unsubscribe === 'none') return {};

  const url = unsubscribe === 'mailgun' ? '%unsubscribe_url%' : unsubscribe.url;
  return {
    'h:List-Unsubscribe': `<${url}>`,
    'h:List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

function templateOptions({ template }: Message): Record<string, string> {
  if (template === undefined) return {};
  return {
    ...(template.version === undefined ? {} : { 't:version': template.version }),
    ...(template.renderText === true ? { 't:text': 'yes' } : {}),
    ...(template.variables === undefined
      ? {}
      : { 't:variables': JSON.stringify(template.variables) }),
  };
}

function yesNo(value: boolean | 'htmlonly'): string {
  if (value === 'htmlonly') return value;
  return value ? 'yes' : 'no';
}

function bytesOf(options: MessageOptions): number {
  return Object.entries(options)
    .flatMap(([name, value]) => [value].flat().map((one) => name.length + Buffer.byteLength(one)))
    .reduce((sum, bytes) => sum + bytes, 0);
}
