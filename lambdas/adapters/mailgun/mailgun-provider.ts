import FormData from 'form-data';
import Mailgun from 'mailgun.js';
import type { Answer, TransportFault } from '../../core/submission/answer';
import type { Transport } from './transport';

type MailgunClient = ReturnType<InstanceType<typeof Mailgun>['client']>;
type RequestProvider = MailgunClient['request']['requestProvider'];
type ProviderRequest = Parameters<RequestProvider['makeRequest']>;
type ProviderResponse = Awaited<ReturnType<RequestProvider['makeRequest']>>;

/** A request that brought no complete answer, on its way out through mailgun.js. */
export class TransportFaultError extends Error {
  constructor(readonly fault: TransportFault) {
    super(`no answer from Mailgun: ${fault.code}`);
    this.name = 'TransportFaultError';
  }
}

/** Where a client's calls go and how. */
export interface MailgunClientOptions {
  /** Base URL of the API, without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly transport: Transport;
  /** Calls are given up at this time; milliseconds since the Unix epoch, UTC. */
  readonly deadlineMs: number;
}

/**
 * A mailgun.js client whose HTTP is ours.
 *
 * The one that comes with mailgun.js loses the response headers, reports a lost connection as
 * status 400 and has no timeout. Ours hands every complete answer back as `{ answer }`, whatever
 * its status, and rejects with {@link TransportFaultError} where there is none.
 *
 * @see docs/decisions/0003-our-own-transport-under-mailgun-js.md
 */
export function createMailgunClient(options: MailgunClientOptions): MailgunClient {
  const client = new Mailgun(FormData).client({
    username: 'api',
    key: options.apiKey,
    url: options.baseUrl,
  });
  client.request.requestProvider = createRequestProvider(options);
  return client;
}

/** Reads what our provider handed back through a mailgun.js method. */
export function answerIn(result: unknown): Answer {
  return (result as { readonly answer: Answer }).answer;
}

function createRequestProvider(options: MailgunClientOptions): RequestProvider {
  const { apiKey, transport, deadlineMs } = options;
  const authorization = `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`;

  const makeRequest = async (
    ...[address, method, data]: ProviderRequest
  ): Promise<ProviderResponse> => {
    const { params, data: body } = data as { params?: URLSearchParams; data?: FormData | string };
    const url = new URL(address);
    if (params !== undefined) url.search = params.toString();

    const result = await transport.send({
      url,
      method,
      headers: { authorization, accept: 'application/json', ...headersOf(body) },
      ...(body !== undefined && { body: bytesOf(body) }),
      deadlineMs,
    });
    if ('fault' in result) throw new TransportFaultError(result.fault);
    return { status: result.answer.status, body: { answer: result.answer } };
  };

  // One client serves one account; mailgun.js would put a subaccount into shared headers.
  const noSubaccounts = (): never => {
    throw new Error('subaccounts are not supported by this request provider');
  };
  return { makeRequest, setSubAccountHeader: noSubaccounts, resetSubAccountHeader: noSubaccounts };
}

/** A text is JSON: forms come as forms. */
const headersOf = (body: FormData | string | undefined): Record<string, string> =>
  typeof body === 'string' ? { 'content-type': 'application/json' } : (body?.getHeaders() ?? {});

const bytesOf = (body: FormData | string): Buffer =>
  typeof body === 'string' ? Buffer.from(body) : body.getBuffer();
