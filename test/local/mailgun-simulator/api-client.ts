import { startSimulator, type Simulator } from '../../../local/mailgun-simulator/simulator';
import type { SimulatorOptions } from '../../../local/mailgun-simulator/options';

export type Field = readonly [name: string, value: string | Blob];

/** An event as far as tests look into one. */
export interface EventView {
  readonly id: string;
  readonly event: string;
  readonly timestamp: number;
  readonly recipient: string;
  readonly address: string;
  readonly tags?: readonly string[];
  readonly message: { readonly headers: Readonly<Record<string, string>> };
  readonly 'user-variables'?: unknown;
  readonly 'client-info': { readonly bot?: string | null };
  readonly 'delivered-at': number;
  readonly '@timestamp': string;
  readonly storage: { readonly url: string };
}

/** Every field of an answer that tests look into; which of them there are depends on the call. */
export interface AnswerJson {
  readonly id: string;
  readonly message: string;
  readonly Reason: string;
  readonly items: EventView[];
  readonly events: EventView[];
  readonly paging: Readonly<Record<'next' | 'previous' | 'first' | 'last', string>>;
  readonly pagination: { readonly next: string };
  readonly regular: unknown;
  readonly requests: readonly { readonly fields: readonly unknown[] }[];
  readonly faults: readonly { readonly applied: number }[];
  readonly ids: readonly string[];
  readonly webhooks: Readonly<Record<string, { readonly urls: readonly string[] }>>;
  readonly webhook: { readonly urls: readonly string[] };
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** Parsed body; `undefined` when it is not JSON. */
  readonly json: AnswerJson;
}

/** A running simulator with calls that a test makes often. */
export interface Laboratory extends Simulator {
  call(method: string, path: string, init?: RequestInit): Promise<Answer>;
  /** Posts to `/messages` of mg.example.com. */
  send(fields: readonly Field[]): Promise<Answer>;
  /** Sends to some addresses in batch mode, and returns the message id without brackets. */
  mail(addresses: readonly string[], more?: readonly Field[]): Promise<string>;
  fault(fault: object): Promise<Answer>;
  settle(): Promise<void>;
}

const running: Simulator[] = [];

/** Starts a simulator whose events are visible at once and whose hours last a millisecond. */
export async function startLaboratory(options: SimulatorOptions = {}): Promise<Laboratory> {
  const simulator = await startSimulator({ eventsDelayMs: 0, timeScale: 3_600_000, ...options });
  running.push(simulator);
  const authorization = `Basic ${Buffer.from(`api:${simulator.apiKey}`).toString('base64')}`;
  const call = async (method: string, path: string, init: RequestInit = {}) => {
    const url = path.startsWith('http') ? path : simulator.url + path;
    const response = await fetch(url, { method, headers: { authorization }, ...init });
    return answerOf(response);
  };
  const send = (fields: readonly Field[]) =>
    call('POST', '/v3/mg.example.com/messages', { body: formOf(fields) });
  return {
    ...simulator,
    call,
    send,
    mail: async (addresses, more = []) => {
      const answer = await send([...letter(addresses), ...more]);
      if (answer.status !== 200) throw new Error(`refused: ${answer.text}`);
      return answer.json.id.slice(1, -1);
    },
    fault: (fault) => call('POST', '/__simulator/faults', { body: JSON.stringify(fault) }),
    settle: async () => {
      await call('POST', '/__simulator/settle');
    },
  };
}

/** Stops every simulator that a test started. */
export async function stopLaboratories(): Promise<void> {
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()));
}

/** Fields of a message in batch mode that everything can happen to. */
export function letter(addresses: readonly string[]): readonly Field[] {
  const variables = Object.fromEntries(addresses.map((address) => [address, {}]));
  return [
    ['from', 'Acme <news@mg.example.com>'],
    ...addresses.map((address) => ['to', address] as const),
    ['subject', 'News'],
    [
      'html',
      '<a href="https://acme.example/offer">Offer</a> <a href="%unsubscribe_url%">Enough</a>',
    ],
    ['recipient-variables', JSON.stringify(variables)],
  ];
}

export function formOf(fields: readonly Field[]): FormData {
  const form = new FormData();
  for (const [name, value] of fields) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, 'file.bin');
  }
  return form;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, text, headers: response.headers, json: parsed(text) };
}

function parsed(text: string): AnswerJson {
  try {
    return JSON.parse(text) as AnswerJson;
  } catch {
    return undefined as unknown as AnswerJson;
  }
}
