import type { Happening, Reaction } from './happenings';

/** What an address was made to do, for tests and demonstrations. */
export interface ForcedBehaviour {
  readonly ending: Happening;
  readonly deferred: boolean;
  readonly reactions: ReadonlySet<Reaction>;
}

const ENDINGS: Readonly<Record<string, Happening>> = {
  bounce: 'bounced',
  'late-bounce': 'bouncedLate',
  block: 'blocked',
  policy: 'refusedByPolicy',
  'block-list': 'refusedByBlockList',
  full: 'mailboxFull',
  'too-old': 'tooOld',
};

const REACTIONS: Readonly<Record<string, readonly Reaction[]>> = {
  deliver: [],
  defer: [],
  open: ['opened'],
  'machine-open': ['openedByMachine'],
  click: ['opened', 'clicked'],
  'machine-click': ['openedByMachine', 'clickedByMachine'],
  complain: ['complained'],
  unsubscribe: ['unsubscribed'],
};

/** The words an address may begin with, longest first: `block-list-1@…` is not a `block`. */
export const FORCING_WORDS: readonly string[] = [
  ...Object.keys(ENDINGS),
  ...Object.keys(REACTIONS),
].sort((a, b) => b.length - a.length);

/**
 * What an address asks for by its name: a local part that is one of {@link FORCING_WORDS}, or
 * begins with one and a hyphen, does exactly that, in every run and at every rate.
 *
 * @returns `undefined` for every other address.
 */
export function forcedBehaviour(address: string): ForcedBehaviour | undefined {
  const localPart = address.slice(0, address.lastIndexOf('@'));
  const word = FORCING_WORDS.find((each) => localPart === each || localPart.startsWith(`${each}-`));
  if (word === undefined) return undefined;

  return {
    ending: ENDINGS[word] ?? 'delivered',
    deferred: word === 'defer',
    reactions: new Set(REACTIONS[word]),
  };
}
