import { chanceOf, exponential, oneOf, type Chance } from './chance';
import { forcedBehaviour } from './forced-behaviour';
import type { Happening, Reaction } from './happenings';

/** How often recipients behave in each way. Each is a share between 0 and 1. */
export interface BehaviourRates {
  /** Of all: the mailbox does not exist, and its server says so at once. */
  readonly bounced: number;
  /** Of all: the server takes the message and bounces it hours later. */
  readonly bouncedLate: number;
  /** Of all: the provider blocks the sender (`espblock`). */
  readonly blocked: number;
  /** Of all: refused for its content or by a local policy. */
  readonly refusedByPolicy: number;
  /** Of all: refused because the sending IP is on a list; Mailgun calls that a `bounce` too. */
  readonly refusedByBlockList: number;
  /** Of all: the mailbox is full, and the server does not want to see the message again. */
  readonly mailboxFull: number;
  /** Of all: deferred for eight hours until Mailgun gives up. */
  readonly tooOld: number;
  /** Of those that get it: deferred at least once before. */
  readonly deferred: number;
  /** Of those that get it: a person opens it. */
  readonly opened: number;
  /** Of those that get it: a machine opens it, whether or not a person does. */
  readonly openedByMachine: number;
  /** Of the persons who open it: clicks a link. */
  readonly clicked: number;
  /** Of those that get it: a scanner follows the links. */
  readonly clickedByMachine: number;
  /** Of those that get it: marks it as spam. */
  readonly complained: number;
  /** Of those that get it: unsubscribes. */
  readonly unsubscribed: number;
}

/** Rates of a well-kept list. */
export const DEFAULT_RATES: BehaviourRates = {
  bounced: 0.008,
  bouncedLate: 0.001,
  blocked: 0.0008,
  refusedByPolicy: 0.0004,
  refusedByBlockList: 0.0003,
  mailboxFull: 0.0003,
  tooOld: 0.0003,
  deferred: 0.015,
  opened: 0.3,
  openedByMachine: 0.14,
  clicked: 0.1,
  clickedByMachine: 0.004,
  complained: 0.0004,
  unsubscribed: 0.001,
};

/** One thing that will happen to a copy of a message. */
export interface Step {
  readonly happening: Happening;
  /** Seconds after Mailgun took the message, before hours are compressed. */
  readonly afterSeconds: number;
}

/** What a message lets its recipients do. */
export interface Possibilities {
  readonly opens: boolean;
  readonly clicks: boolean;
  readonly unsubscribes: boolean;
}

/** When Mailgun tries again after each deferral, in seconds after the one before. */
const ATTEMPTS_AFTER_SECONDS = [600, 900, 1800, 3600, 7200, 14_400];

const HOUR = 3600;

/**
 * Decides everything a recipient will do with a message.
 *
 * Depends on seed and address alone: the same person treats every message alike, in every run,
 * however fast or late anything arrives. What the message rules out is left out, and changes
 * nothing else.
 *
 * @param address lower-cased addr-spec; its local part may force a behaviour, see `README.md`.
 * @returns steps in the order of their times.
 */
export function behaviourOf(
  seed: number,
  address: string,
  rates: BehaviourRates,
  possible: Possibilities,
): readonly Step[] {
  const forced = forcedBehaviour(address);
  const chance = chanceOf(`${String(seed)}\n${address}`);
  const ending = forced?.ending ?? naturalEnding(chance(), rates);
  const steps: Step[] = deferrals(chance, ending, forced?.deferred ?? chance() < rates.deferred);
  const endsAt = (steps.at(-1)?.afterSeconds ?? 0) + 10 + exponential(chance, 0.5 * HOUR, 4 * HOUR);
  steps.push({ happening: ending === 'bouncedLate' ? 'delivered' : ending, afterSeconds: endsAt });

  if (ending === 'bouncedLate') {
    steps.push({
      happening: ending,
      afterSeconds: endsAt + HOUR + exponential(chance, 4 * HOUR, 12 * HOUR),
    });
  }
  if (ending === 'delivered') {
    const wishes = forced?.reactions ?? naturalReactions(chance, rates);
    steps.push(...reactions(chance, endsAt, wishes).filter((step) => isPossible(step, possible)));
  }
  return steps.sort((a, b) => a.afterSeconds - b.afterSeconds);
}

function naturalEnding(draw: number, rates: BehaviourRates): Happening {
  let threshold = 0;
  for (const ending of [
    'bounced',
    'bouncedLate',
    'blocked',
    'refusedByPolicy',
    'refusedByBlockList',
    'mailboxFull',
    'tooOld',
  ] as const) {
    threshold += rates[ending];
    if (draw < threshold) return ending;
  }
  return 'delivered';
}

function deferrals(chance: Chance, ending: Happening, deferred: boolean): Step[] {
  const draw = chance();
  const wanted = ending === 'delivered' && deferred ? 1 + Math.floor(draw * 3) : 0;
  const count = ending === 'tooOld' ? ATTEMPTS_AFTER_SECONDS.length : wanted;
  const steps: Step[] = [];
  let afterSeconds = 5 + chance() * 600;
  for (const waitSeconds of ATTEMPTS_AFTER_SECONDS.slice(0, count)) {
    steps.push({ happening: 'deferred', afterSeconds });
    afterSeconds += waitSeconds;
  }
  return steps;
}

function naturalReactions(chance: Chance, rates: BehaviourRates): ReadonlySet<Reaction> {
  // Every draw is made whatever the others give: changing one rate leaves the other choices alone.
  const draws: readonly (readonly [Reaction, boolean])[] = [
    ['opened', chance() < rates.opened],
    ['openedByMachine', chance() < rates.openedByMachine],
    ['clicked', chance() < rates.clicked],
    ['clickedByMachine', chance() < rates.clickedByMachine],
    ['complained', chance() < rates.complained],
    ['unsubscribed', chance() < rates.unsubscribed],
  ];
  const chosen = new Set(draws.filter(([, happens]) => happens).map(([reaction]) => reaction));
  if (!chosen.has('opened')) chosen.delete('clicked');
  return chosen;
}

function reactions(chance: Chance, deliveredAt: number, wishes: ReadonlySet<Reaction>): Step[] {
  const steps: Step[] = [];
  const openedAt = deliveredAt + 20 + exponential(chance, 4 * HOUR, 16 * HOUR);
  const add = (reaction: Reaction, afterSeconds: number, repeats: number) => {
    if (!wishes.has(reaction)) return;
    for (let index = 0; index <= repeats; index += 1) {
      const later = index === 0 ? 0 : 60 + exponential(chance, 2 * HOUR, 6 * HOUR);
      steps.push({ happening: reaction, afterSeconds: afterSeconds + later });
    }
  };
  const repeats = oneOf(chance, [0, 0, 0, 1, 2]);
  const machineAfter = oneOf(chance, [2, 40, HOUR * chance()]);
  add('openedByMachine', deliveredAt + machineAfter, 0);
  add('clickedByMachine', deliveredAt + machineAfter + 1, 0);
  add('opened', openedAt, repeats);
  add('clicked', openedAt + 10 + chance() * 300, oneOf(chance, [0, 0, 0, 1]));
  add('unsubscribed', openedAt + 30 + chance() * 600, 0);
  add('complained', openedAt + 60 + exponential(chance, 4 * HOUR, 12 * HOUR), 0);
  return steps;
}

function isPossible({ happening }: Step, possible: Possibilities): boolean {
  if (happening === 'opened' || happening === 'openedByMachine') return possible.opens;
  if (happening === 'clicked' || happening === 'clickedByMachine') return possible.clicks;
  return happening !== 'unsubscribed' || possible.unsubscribes;
}
