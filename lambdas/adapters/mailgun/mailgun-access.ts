import type { Clock } from '../../core/clock';
import { PermanentError } from '../../core/errors';
import type { MailerSecrets, SecretSource } from '../../core/secrets';
import type { Answer } from '../../core/submission/answer';
import { answerIn, createMailgunClient, TransportFaultError } from './mailgun-provider';
import type { Transport } from './transport';

/** Mailgun's API by region. @see docs/mailgun.md, "Regions" */
export const REGION_BASE_URLS = {
  us: 'https://api.mailgun.net',
  eu: 'https://api.eu.mailgun.net',
} as const;

/** Where a sending domain lives. */
export interface MailgunDomain {
  readonly region: keyof typeof REGION_BASE_URLS;
  /** Instead of the region's. */
  readonly apiBaseUrl?: string | undefined;
}

/** What calls to Mailgun work with. */
export interface MailgunAccess {
  readonly domains: Readonly<Record<string, MailgunDomain>>;
  readonly secrets: SecretSource;
  readonly transport: Transport;
  readonly clock: Clock;
}

/**
 * Base URL of a domain's API, without a trailing slash.
 *
 * @throws {PermanentError} `unknown-domain` for a domain that is not configured.
 */
export function baseUrlOf({ domains }: MailgunAccess, domain: string): string {
  const configured = Object.hasOwn(domains, domain) ? domains[domain] : undefined;
  if (configured === undefined) {
    throw new PermanentError('unknown-domain', `domain ${domain} is not configured`);
  }
  return configured.apiBaseUrl ?? REGION_BASE_URLS[configured.region];
}

/** The API key that serves a domain, or `undefined` where the secret holds none. */
export function keyFor(domain: string, { apiKeys }: MailerSecrets): string | undefined {
  return apiKeys[domain] ?? apiKeys['default'];
}

/**
 * The API key that serves a domain. A worker may have read the secret just before a person put one
 * there, so that one that is missing is looked for anew.
 *
 * @throws {TransientError} when the secret can't be read.
 */
export async function currentKeyFor(
  domain: string,
  source: SecretSource,
): Promise<string | undefined> {
  return (
    keyFor(domain, await source.current()) ?? keyFor(domain, (await source.refreshed()).secrets)
  );
}

/** What a call to Mailgun came to. */
export type Read =
  | { readonly answer: Answer }
  /** No complete answer. */
  | { readonly fault: string }
  /** The secret holds no key for the domain. */
  | { readonly keyless: true };

/** One call to Mailgun's API. */
export interface MailgunCall {
  /** @default 'get' */
  readonly method?: 'get' | 'post' | 'put' | 'delete';
  /** From the root of the API, such as `/v3/mg.example.com/events`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Fields of a form; a list is a field that comes several times. */
  readonly form?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON instead of a form. */
  readonly json?: object;
  /** It is given up at this time; milliseconds since the Unix epoch, UTC. */
  readonly deadlineMs: number;
}

/**
 * Calls once. A 401 that a rotated key explains is called again with the new one: nothing was done
 * then.
 *
 * @throws {TransientError} when the secret can't be read.
 */
export async function callMailgun(
  access: MailgunAccess,
  domain: string,
  call: MailgunCall,
): Promise<Read> {
  const apiKey = await currentKeyFor(domain, access.secrets);
  if (apiKey === undefined) return { keyless: true };

  const read = await callWith(access, domain, call, apiKey);
  if (!('answer' in read) || read.answer.status !== 401) return read;

  const replacement = keyFor(domain, (await access.secrets.refreshed()).secrets);
  if (replacement === undefined || replacement === apiKey) return read;
  return callWith(access, domain, call, replacement);
}

/** Reads once; see {@link callMailgun}. Some of Mailgun's searches are a POST of JSON. */
export const readMailgun = (
  access: MailgunAccess,
  domain: string,
  request: Omit<MailgunCall, 'method' | 'form'>,
): Promise<Read> =>
  callMailgun(access, domain, { ...request, method: request.json === undefined ? 'get' : 'post' });

async function callWith(
  access: MailgunAccess,
  domain: string,
  { method = 'get', path, query, form, json, deadlineMs }: MailgunCall,
  apiKey: string,
): Promise<Read> {
  const { transport } = access;
  const baseUrl = baseUrlOf(access, domain);
  const { request } = createMailgunClient({ baseUrl, apiKey, transport, deadlineMs });
  const call = {
    get: () => request.get(path, query),
    post: () =>
      json === undefined
        ? request.postWithFD(path, { ...form } as never)
        : request.post(path, JSON.stringify(json)),
    put: () => request.putWithFD(path, { ...form } as never),
    delete: () => request.delete(path, undefined, query as never),
  }[method];
  try {
    const { body } = (await call()) as { readonly body: unknown };
    return { answer: answerIn(body) };
  } catch (error) {
    if (error instanceof TransportFaultError) return { fault: error.fault.code };
    throw error;
  }
}
