import type { Suppression, SuppressionReason } from './suppression';

/** One thing that speaks against mailing a recipient; `reason` and `tag` are its identity. */
export interface Ground {
  readonly reason: SuppressionReason;
  /** Messages with this tag only, lower-cased; `undefined` for every message. */
  readonly tag?: string;
  /** Where it is known from that it happened first: `webhook:…`, or `mailgun:…` before any webhook told. */
  readonly cause: string;
  /** When it happened first, by {@link cause}; milliseconds since the Unix epoch, UTC, as all times here. */
  readonly observedAtMs: number;
  /** When it happened last. */
  readonly confirmedAtMs: number;
  /** Beginning of the latest sync that saw it on Mailgun's list; `undefined` for one that never was there. */
  readonly listedAtMs?: number;
  /** It was removed from Mailgun's list: what happened up to then speaks against nobody any more. */
  readonly liftedAtMs?: number;
}

/** A suppression that was removed: by whom, why, and what it was. */
export interface Removal {
  readonly atMs: number;
  /** A person, or `mailgun` for what vanished from Mailgun's list. */
  readonly actor: string;
  readonly reason: string;
  /** What was removed: a reason, with `#` and the tag where there is one. */
  readonly removed: readonly string[];
}

/** Everything known about one recipient of a domain. */
export interface SuppressionRecord {
  /** In the order in which they became known, which says nothing: see {@link groundsAgainst}. */
  readonly grounds: readonly Ground[];
  /** A person removed everything that happened up to then. */
  readonly removedAtMs?: number;
  /** The newest removal. Earlier ones are filed apart. */
  readonly removal?: Removal;
}

/** A reason, and what it is limited to. */
export type Shown = Pick<Ground, 'reason' | 'tag'>;

/**
 * How long Mailgun's lists may lag behind what happened or was removed. Within it, neither an absence
 * nor an old entry says anything.
 */
export const LIST_LAG_MS = 3_600_000;

/** Most tags kept a recipient; who left more is mailed nothing. */
const MAX_TAGS = 100;

const NOTHING: SuppressionRecord = { grounds: [] };

/**
 * Adds what happened, unless it was removed since. The same again changes nothing, and the order in
 * which several things are told makes no difference to what is known of them.
 */
export function withObserved(
  record: SuppressionRecord = NOTHING,
  { reason, cause, observedAtMs, confirmedAtMs = observedAtMs, tags = [] }: Suppression,
): SuppressionRecord {
  if (confirmedAtMs <= (record.removedAtMs ?? -Infinity)) return record;

  const shown: readonly Shown[] =
    tags.length === 0 ? [{ reason }] : tags.map((tag) => ({ reason, tag: tag.toLowerCase() }));
  return shown.reduce((before, one) => {
    const known = before.grounds.find((ground) => isSame(ground, one));
    if (known?.liftedAtMs !== undefined && confirmedAtMs <= known.liftedAtMs) return before;

    const alive = known !== undefined && isAlive(known) ? known : undefined;
    return withGround(before, {
      ...{ ...alive, ...one, ...earlier({ cause, observedAtMs }, alive) },
      confirmedAtMs: Math.max(confirmedAtMs, alive?.confirmedAtMs ?? confirmedAtMs),
    });
  }, record);
}

/** An entry of one of Mailgun's lists, and the sync that saw it. */
export interface Sighting {
  readonly shown: readonly Shown[];
  /** `undefined` where Mailgun's date can't be read. */
  readonly createdAtMs: number | undefined;
  /** Beginning of the sync; what it reads is no older. */
  readonly startedAtMs: number;
}

/** Adds what Mailgun's list shows, unless it is what was removed and the list lags behind. */
export function withListed(
  record: SuppressionRecord = NOTHING,
  { shown, createdAtMs, startedAtMs }: Sighting,
): SuppressionRecord {
  const isPast = (removedAtMs: number | undefined) =>
    removedAtMs !== undefined &&
    startedAtMs <= removedAtMs + LIST_LAG_MS &&
    (createdAtMs === undefined || createdAtMs <= removedAtMs);
  if (isPast(record.removedAtMs)) return record;

  return shown.reduce((before, one) => {
    const known = before.grounds.find((ground) => isSame(ground, one));
    if (isPast(known?.liftedAtMs)) return before;

    const alive = known !== undefined && isAlive(known) ? known : undefined;
    const atMs = createdAtMs ?? startedAtMs;
    return withGround(before, {
      ...{ ...one, cause: `mailgun:${one.reason}`, observedAtMs: atMs },
      ...alive,
      confirmedAtMs: Math.max(alive?.confirmedAtMs ?? atMs, createdAtMs ?? 0),
      listedAtMs: Math.max(alive?.listedAtMs ?? startedAtMs, startedAtMs),
    });
  }, record);
}

/**
 * Lifts what an earlier sync saw on a list that this one read to its end without seeing it. What
 * happened since, or too shortly before for the list to have it, stays; so does what never was there.
 *
 * @param reason which list was read to its end.
 */
export function withoutVanished(
  record: SuppressionRecord,
  reason: SuppressionReason,
  { startedAtMs, nowMs }: { readonly startedAtMs: number; readonly nowMs: number },
): SuppressionRecord {
  const liftedAtMs = startedAtMs - LIST_LAG_MS;
  const hasVanished = (ground: Ground) =>
    ground.reason === reason &&
    isAlive(ground) &&
    (ground.listedAtMs ?? Infinity) < startedAtMs &&
    ground.confirmedAtMs <= liftedAtMs;
  const vanished = record.grounds.filter(hasVanished);
  if (vanished.length === 0) return record;

  return {
    ...record,
    grounds: record.grounds.map((ground) =>
      hasVanished(ground) ? { ...ground, liftedAtMs } : ground,
    ),
    removal: {
      ...{ atMs: nowMs, actor: 'mailgun', reason: `removed from Mailgun's list of ${reason}s` },
      removed: vanished.map(nameOf),
    },
  };
}

/**
 * Removes everything that happened up to a time, and keeps it removed: what is told of it later
 * suppresses nobody. Made again by the same person for the same reason, it is no second removal.
 *
 * @param removal with what was removed at Mailgun just before.
 */
export function withRemoved(
  record: SuppressionRecord = NOTHING,
  removal: Removal,
): SuppressionRecord {
  const { atMs, actor, reason } = removal;
  const isPast = ({ confirmedAtMs }: Ground) => confirmedAtMs <= atMs;
  const past = record.grounds.filter((ground) => isAlive(ground) && isPast(ground));
  const removed = [...past.map(nameOf), ...removal.removed];
  const isRepeated = record.removal?.actor === actor && record.removal.reason === reason;
  return {
    grounds: record.grounds.filter((ground) => !isPast(ground)),
    removedAtMs: Math.max(atMs, record.removedAtMs ?? atMs),
    removal: removed.length === 0 && isRepeated ? record.removal : { atMs, actor, reason, removed },
  };
}

/** Whether a message with these tags must not go to the recipient. */
export function suppresses({ grounds }: SuppressionRecord, tags: ReadonlySet<string>): boolean {
  return grounds.some(
    (ground) => isAlive(ground) && (ground.tag === undefined || tags.has(ground.tag)),
  );
}

/** What speaks against mailing the recipient now, in the order in which it happened. */
export function groundsAgainst(record: SuppressionRecord | undefined): readonly Ground[] {
  const alive = record?.grounds.filter(isAlive) ?? [];
  return alive.toSorted(
    (one, other) => one.observedAtMs - other.observedAtMs || (nameOf(one) < nameOf(other) ? -1 : 1),
  );
}

/**
 * Puts what is known into one suppression: the first that holds for every message, or else all tags.
 *
 * @returns `undefined` when nothing speaks against mailing the recipient.
 */
export function suppressionIn(
  record: SuppressionRecord | undefined,
): Omit<Suppression, 'domain' | 'recipient'> | undefined {
  const grounds = groundsAgainst(record);
  const leading = grounds.find(({ tag }) => tag === undefined) ?? grounds[0];
  if (leading === undefined) return undefined;

  const { reason, cause, observedAtMs, tag } = leading;
  const tags = grounds.flatMap((ground) => ground.tag ?? []).sort();
  return { reason, cause, observedAtMs, ...(tag !== undefined && { tags }) };
}

/** What a ground is called in an audit: `bounce`, `unsubscribe#promo`. */
export function nameOf({ reason, tag }: Shown): string {
  return tag === undefined ? reason : `${reason}#${tag}`;
}

/** The first of two occurrences; of two at once the same, whichever was told first. */
function earlier(told: Occurrence, known: Occurrence | undefined): Occurrence {
  if (known === undefined) return told;
  const isBefore =
    told.observedAtMs < known.observedAtMs ||
    (told.observedAtMs === known.observedAtMs && told.cause < known.cause);
  const { cause, observedAtMs } = isBefore ? told : known;
  return { cause, observedAtMs };
}

type Occurrence = Pick<Ground, 'cause' | 'observedAtMs'>;

const isAlive = ({ liftedAtMs }: Ground): boolean => liftedAtMs === undefined;

const isSame = (one: Shown, other: Shown): boolean =>
  one.reason === other.reason && one.tag === other.tag;

/** Puts a ground in the place of the one it succeeds, or behind all others. */
function withGround(record: SuppressionRecord, ground: Ground): SuppressionRecord {
  const { grounds } = record;
  const at = grounds.findIndex((known) => isSame(known, ground));
  if (at !== -1 && isAlive(grounds[at] as Ground)) {
    return { ...record, grounds: grounds.with(at, ground) };
  }

  const others = grounds.filter((_known, index) => index !== at);
  const isOneTooMany =
    ground.tag !== undefined && others.filter(({ tag }) => tag !== undefined).length >= MAX_TAGS;
  if (!isOneTooMany) return { ...record, grounds: [...others, ground] };

  const { tag: _tag, ...unlimited } = ground;
  return withGround(record, unlimited);
}
