import type { Happening } from '../model/happenings';

/** What became of recipients, each counted once a batch. The first five are disjoint. */
export interface OutcomeCounts {
  /** Delivered, and not bounced afterwards. */
  delivered: number;
  /** A dead mailbox, at once or late. */
  bounced: number;
  /** Never delivered for any other reason: blocks, policies, full mailboxes, suppressions. */
  failed: number;
  /** Deferred, and nothing final yet. */
  deferred: number;
  /** Nothing has happened yet. */
  outstanding: number;
  opened: number;
  machineOpened: number;
  clicked: number;
  machineClicked: number;
  complained: number;
  unsubscribed: number;
}

const EMAIL = 1 << 16;
const COUNT_OF_EMAILS = 0x7fff;

const FLAGS = {
  accepted: 1 << 0,
  delivered: 1 << 1,
  bounced: 1 << 2,
  failed: 1 << 3,
  deferred: 1 << 4,
  opened: 1 << 5,
  machineOpened: 1 << 6,
  clicked: 1 << 7,
  machineClicked: 1 << 8,
  complained: 1 << 9,
  unsubscribed: 1 << 10,
  suppressed: 1 << 11,
  testMode: 1 << 12,
} as const;

type Flag = keyof typeof FLAGS;

const FLAG_BY_HAPPENING: Readonly<Record<Happening, Flag>> = {
  accepted: 'accepted',
  delivered: 'delivered',
  deliveredInTestMode: 'testMode',
  deferred: 'deferred',
  bounced: 'bounced',
  bouncedLate: 'bounced',
  blocked: 'failed',
  refusedByPolicy: 'failed',
  refusedByBlockList: 'failed',
  mailboxFull: 'failed',
  tooOld: 'failed',
  suppressedBounce: 'failed',
  suppressedUnsubscribe: 'failed',
  suppressedComplaint: 'failed',
  opened: 'opened',
  openedByMachine: 'machineOpened',
  clicked: 'clicked',
  clickedByMachine: 'machineClicked',
  complained: 'complained',
  unsubscribed: 'unsubscribed',
};

/**
 * What became of one recipient of a batch, in one number: a bit for each thing that ever
 * happened, and above them how many e-mails went out. */
export type Fate = number;

/** The fate of a recipient nothing has happened to. */
export const NO_FATE: Fate = 0;

/** Notes a happening. Noting it again changes nothing. */
export function withHappening(fate: Fate, happening: Happening): Fate {
  const suppressed = happening.startsWith('suppressed') ? FLAGS.suppressed : 0;
  return fate | FLAGS[FLAG_BY_HAPPENING[happening]] | suppressed;
}

/** Notes e-mails that went out. */
export function withEmails(fate: Fate, emails: number): Fate {
  return fate + EMAIL * emails;
}

/** How many e-mails went out. */
export function emailsOf(fate: Fate): number {
  return (fate >> 16) & COUNT_OF_EMAILS;
}

/** Everything that ever happened, for a person to read. */
export function namesOf(fate: Fate): readonly string[] {
  return (Object.keys(FLAGS) as Flag[]).filter((flag) => has(fate, flag));
}

/** Whether Mailgun refused to try, because the recipient was on a suppression list. */
export function wasSuppressed(fate: Fate): boolean {
  return has(fate, 'suppressed');
}

/** Whether the recipient was part of a message in test mode. */
export function wasTestMode(fate: Fate): boolean {
  return has(fate, 'testMode');
}

/** Counts of nobody. */
export function noOutcomes(): OutcomeCounts {
  return {
    delivered: 0,
    bounced: 0,
    failed: 0,
    deferred: 0,
    outstanding: 0,
    opened: 0,
    machineOpened: 0,
    clicked: 0,
    machineClicked: 0,
    complained: 0,
    unsubscribed: 0,
  };
}

/**
 * Adds one recipient's fate to some counts, or takes it out of them. Test mode is no outcome.
 *
 * @param by 1 or -1.
 */
export function addFate(counts: OutcomeCounts, fate: Fate, by: 1 | -1): void {
  const state = stateOf(fate);
  if (state !== 'testMode') counts[state] += by;
  for (const reaction of [
    'opened',
    'machineOpened',
    'clicked',
    'machineClicked',
    'complained',
    'unsubscribed',
  ] as const) {
    if (has(fate, reaction)) counts[reaction] += by;
  }
}

/** Where a recipient stands, the final before the passing. */
function stateOf(
  fate: Fate,
): 'delivered' | 'bounced' | 'failed' | 'deferred' | 'outstanding' | 'testMode' {
  for (const state of ['bounced', 'delivered', 'failed', 'testMode', 'deferred'] as const) {
    if (has(fate, state)) return state;
  }
  return 'outstanding';
}

function has(fate: Fate, flag: Flag): boolean {
  return (fate & FLAGS[flag]) !== 0;
}
