import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Interrupted } from '../command';
import { SetupError } from './setup-error';

/**
 * Asks a person.
 *
 * @param hidden whether what is typed stays invisible.
 * @throws {SetupError} where nobody can be asked.
 * @throws {Interrupted} when the answer is refused.
 */
export function ask(question: string, { hidden }: { readonly hidden: boolean }): Promise<string> {
  if (!process.stdin.isTTY) {
    return Promise.reject(new SetupError(`${question}: not given, and there is nobody to ask`));
  }
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = hidden ? silent : process.stdout;
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  if (hidden) process.stdout.write(`${question}: `);
  return new Promise((resolve, reject) => {
    let answered = false;
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => {
      process.stdout.write(hidden ? '\n' : '');
      if (!answered) reject(new Interrupted());
    });
    lines.question(hidden ? '' : `${question}: `, (answer) => {
      answered = true;
      lines.close();
      resolve(answer.trim());
    });
  });
}

/** Keys as they come on standard input. */
export interface GivenKeys {
  readonly apiKey?: string | undefined;
  readonly signingKey?: string | undefined;
}

/** Most bytes that are read from standard input. */
const MAX_INPUT = 65_536;

/** Reads keys from standard input. @throws {SetupError} for anything but the documented JSON. */
export async function readKeys(input: AsyncIterable<Buffer | string>): Promise<GivenKeys> {
  let text = '';
  for await (const chunk of input) {
    text += chunk.toString();
    if (text.length > MAX_INPUT) break;
  }
  try {
    const { apiKey, signingKey } = JSON.parse(text) as Record<string, unknown>;
    if (isKey(apiKey) && isKey(signingKey)) return { apiKey, signingKey };
  } catch {
    // The syntax error quotes the keys.
  }
  throw new SetupError(
    '--keys-from-stdin: expected {"apiKey": "…", "signingKey": "…"}, the latter optional',
  );
}

const isKey = (value: unknown): value is string | undefined =>
  value === undefined || (typeof value === 'string' && value !== '');
