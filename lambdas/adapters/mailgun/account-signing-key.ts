import type { Clock } from '../../core/clock';
import { TransientError } from '../../core/errors';
import { textOf } from '../../core/json';
import { parsedObject } from '../../core/submission/answer-text';
import type { SigningKeyIssuer } from '../../core/webhook/replace-signing-key';
import type { Transport } from './transport';

const PATH = '/v5/accounts/http_signing_key';
const TIMEOUT_MS = 20_000;

interface Options {
  /** Base URL of the account's region, without a trailing slash. */
  readonly baseUrl: string;
  /** A key of the account: one that may only send may not do this. */
  readonly apiKey: string;
  readonly transport: Transport;
  readonly clock: Clock;
}

/**
 * `SigningKeyIssuer` through Mailgun's accounts API, which mailgun.js lacks.
 *
 * @see docs/mailgun.md, "Signature"
 */
export class AccountSigningKey implements SigningKeyIssuer {
  constructor(private readonly options: Options) {}

  /** @throws {TransientError} for every answer but a key. */
  async current(): Promise<string> {
    const key = await this.call('GET');
    if (key === undefined) throw new TransientError('Mailgun names no signing key');
    return key;
  }

  /**
   * @throws {TransientError} for every answer but a success, or none. A new key may be in use
   *   nevertheless.
   */
  async replace(): Promise<string> {
    return (await this.call('POST')) ?? this.current();
  }

  private async call(method: 'GET' | 'POST'): Promise<string | undefined> {
    const { baseUrl, apiKey, transport, clock } = this.options;
    const authorization = `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`;
    const result = await transport.send({
      url: new URL(baseUrl + PATH),
      method,
      headers: { authorization, accept: 'application/json' },
      ...(method === 'POST' && { body: Buffer.alloc(0) }),
      deadlineMs: clock() + TIMEOUT_MS,
    });
    const what = `${method} ${PATH} at Mailgun`;
    if ('fault' in result) throw new TransientError(`${what}: no answer (${result.fault.code})`);

    const { status, body } = result.answer;
    if (status === 200) return textOf(parsedObject(body)?.['http_signing_key']);
    const advice = status === 401 || status === 403 ? ': needs an account key of this region' : '';
    throw new TransientError(`${what}: status ${status}${advice}`);
  }
}
