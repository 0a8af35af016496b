import { TALLY_KINDS, type Tally, type TallyKind } from '../tally/tally';

/**
 * How many unique recipients reached each outcome. `delivered`, `bounced`, `failed` and `deferred`
 * exclude each other: each recipient is in the one that came last or weighs most.
 */
export type OutcomeCounts = Readonly<Record<TallyKind, number>>;

/** Outcomes that a rate relates to delivered recipients. */
export type EngagementKind = 'opened' | 'machineOpened' | 'clicked' | 'complained';

/** What the tallies of some batches add up to. */
export interface OutcomeSums {
  readonly outcomes: OutcomeCounts;
  /** The same, restricted to recipients counted as delivered: numerators no rate can pass 1 with. */
  readonly amongDelivered: Readonly<Record<EngagementKind, number>>;
}

const NOBODY: ReadonlySet<number> = new Set();

/** Sums of no tallies. */
export const NO_OUTCOMES: OutcomeSums = {
  outcomes: Object.fromEntries(TALLY_KINDS.map((kind) => [kind, 0])) as OutcomeCounts,
  amongDelivered: { opened: 0, machineOpened: 0, clicked: 0, complained: 0 },
};

/**
 * Counts the outcomes of one batch. A bounce outweighs a delivery, since a mailbox may take a message
 * and return it later. A delivery outweighs any other failure: what was taken and not returned by its
 * mailbox was delivered. Each of them outweighs a deferral, which it ends.
 *
 * @param tallies every tally of the batch, in any order; the order makes no difference.
 */
export function outcomesOf(tallies: readonly Tally[]): OutcomeSums {
  const sets = new Map(tallies.map(({ kind, positions }) => [kind, positions]));
  const reached = (kind: TallyKind): ReadonlySet<number> => sets.get(kind) ?? NOBODY;

  const delivered = without(reached('delivered'), reached('bounced'));
  const deferred = without(
    reached('deferred'),
    reached('delivered'),
    reached('bounced'),
    reached('failed'),
  );
  return {
    outcomes: {
      delivered: delivered.size,
      bounced: reached('bounced').size,
      failed: without(reached('failed'), reached('bounced'), reached('delivered')).size,
      deferred: deferred.size,
      complained: reached('complained').size,
      unsubscribed: reached('unsubscribed').size,
      opened: reached('opened').size,
      machineOpened: reached('machineOpened').size,
      clicked: reached('clicked').size,
      machineClicked: reached('machineClicked').size,
    },
    amongDelivered: {
      opened: countCommon(reached('opened'), delivered),
      machineOpened: countCommon(reached('machineOpened'), delivered),
      clicked: countCommon(reached('clicked'), delivered),
      complained: countCommon(reached('complained'), delivered),
    },
  };
}

/** Adds the sums of two groups of batches that have no batch in common. */
export function addOutcomes(left: OutcomeSums, right: OutcomeSums): OutcomeSums {
  return {
    outcomes: addCounts(left.outcomes, right.outcomes),
    amongDelivered: addCounts(left.amongDelivered, right.amongDelivered),
  };
}

function addCounts<Key extends string>(
  left: Readonly<Record<Key, number>>,
  right: Readonly<Record<Key, number>>,
): Record<Key, number> {
  const keys = Object.keys(left) as Key[];
  return Object.fromEntries(keys.map((key) => [key, left[key] + right[key]])) as Record<
    Key,
    number
  >;
}

function without(
  positions: ReadonlySet<number>,
  ...excluded: readonly ReadonlySet<number>[]
): ReadonlySet<number> {
  return new Set([...positions].filter((position) => !excluded.some((set) => set.has(position))));
}

function countCommon(left: ReadonlySet<number>, right: ReadonlySet<number>): number {
  return [...left].filter((position) => right.has(position)).length;
}
