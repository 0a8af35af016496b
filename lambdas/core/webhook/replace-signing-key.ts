import type { Clock } from '../clock';
import { PermanentError } from '../errors';
import { KEYS_JUDGE_FOR_MS, LONGEST_ROTATION_MS } from './key-rotation';

/** The signing keys in the deployment's secret. Implemented in `adapters/secrets`. */
export interface StoredSigningKeys {
  /** @returns the keys that may verify, the current one first; placeholders are none. */
  read(): Promise<readonly string[]>;
  /**
   * Replaces them, and nothing else of the secret.
   *
   * @param rotationUntilMs until when a key may be missing; without it none is.
   */
  write(keys: readonly string[], rotationUntilMs?: number): Promise<void>;
}

/** Who gives the account its signing key: Mailgun, or a person who does it in Mailgun's dashboard. */
export interface SigningKeyIssuer {
  /** @returns the key that signs now, or `undefined` where that can't be asked. */
  current(): Promise<string | undefined>;
  /** Puts another key into use. @returns that key. */
  replace(): Promise<string>;
}

interface Dependencies {
  readonly keys: StoredSigningKeys;
  readonly issuer: SigningKeyIssuer;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
  /** Told each step once it is done. Never a key. */
  readonly onStep: (step: string) => void;
}

/**
 * How long the secret is marked, in milliseconds: the most that workers heed, less what their clocks
 * may differ.
 */
const MARKED_MS = LONGEST_ROTATION_MS - 300_000;

/**
 * How long after the mark a key is made, in milliseconds: by then no worker refuses a call for good by
 * a secret without the mark. Ten seconds more are for Secrets Manager, which does not promise that a
 * reading sees the writing before it.
 */
export const SETTLING_MS = KEYS_JUDGE_FOR_MS + 10_000;

/**
 * Replaces the signing key without a good webhook being refused.
 *
 * From the mark on workers ask for every call again that they can't verify. Only then is there a new
 * key, which goes into the secret before the others; they stay, for repetitions of calls that were
 * signed with them. It may die anywhere and be run again: a key that signs already but is not in the
 * secret is taken over instead of making one more.
 *
 * @throws {PermanentError} `known-key`, and what a port throws. The mark then stays until it ends by
 *   itself.
 */
export async function replaceSigningKey(dependencies: Dependencies): Promise<void> {
  const { keys, issuer, clock, pause, onStep } = dependencies;
  // Before anything is written: whoever may not ask this may not make a key either.
  await issuer.current();

  await keys.write(await keys.read(), clock() + MARKED_MS);
  onStep('marked the secret: what does not verify is asked for again for the next 55 minutes');
  onStep(`waiting ${SETTLING_MS / 1_000} seconds, until every worker knows`);
  await pause(SETTLING_MS);

  const known = await keys.read();
  const inUse = await issuer.current();
  const isMissing = inUse !== undefined && !known.includes(inUse);
  const key = isMissing ? inUse : await issuer.replace();
  if (!isMissing && known.includes(key)) {
    throw new PermanentError('known-key', 'the new key is one that the secret has already');
  }
  onStep(isMissing ? 'found a key in use that the secret lacks' : 'made a new key');

  await keys.write([key, ...known]);
  onStep('stored it before the others, and took the mark away');
}

/**
 * Leaves the current key as the only one.
 *
 * @returns `not-current` where the secret's first key is not the one that signs: nothing is changed.
 */
export async function forgetPreviousKeys({
  keys,
  issuer,
}: Pick<Dependencies, 'keys' | 'issuer'>): Promise<'forgotten' | 'not-current'> {
  const [first] = await keys.read();
  const inUse = await issuer.current();
  if (first === undefined || (inUse !== undefined && inUse !== first)) return 'not-current';

  await keys.write([first]);
  return 'forgotten';
}
