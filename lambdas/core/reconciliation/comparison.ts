import { isSameSubmission, type SubmissionKey } from '../campaign/keys';
import type { DeliveryEvent, DeliveryEventType } from '../delivery-event/delivery-event';
import { normaliseEvent } from '../delivery-event/normalise-event';
import { nestsDeeperThan, objectOf, type JsonObject } from '../json';
import { positionOf, recipientDigest } from '../recipient/recipient-digest';
import { readCorrelationVariables } from '../submission/correlation';
import type { PositionRange } from '../submission/submission';
import type { Tally, TallyKind } from '../tally/tally';
import { tallyKindOf } from '../tally/tally-kind';
import { MAX_DEPTH } from '../webhook/webhook-call';
import { reconciledToken } from './reconciled-event';

/** What a submission's events are compared with. */
export interface Compared {
  readonly submission: SubmissionKey;
  /** Ids the submission's message is known under, without angle brackets. */
  readonly messageIds: readonly string[];
  /** The deployment's recipient pepper. */
  readonly pepper: string;
  /** The batch's recipients record: 8 bytes a position. */
  readonly digests: Uint8Array;
  /** What is counted of the batch. */
  readonly tallies: readonly Tally[];
  /**
   * What happened at this time or later is left for the next pass: its webhook may be on its way.
   * Milliseconds since the Unix epoch, UTC; `Infinity` where there is no next pass.
   */
  readonly settledBeforeMs: number;
  /** As the recorder has it: opens and clicks up to so long after the delivery are a program's. */
  readonly machineWithinSeconds: number;
}

/** An event of Mailgun's record that is not counted yet. */
export interface MissingEvent {
  /** See {@link reconciledToken}. */
  readonly token: string;
  readonly kind: TallyKind;
  readonly eventData: JsonObject;
  /** Milliseconds since the Unix epoch, UTC; `undefined` when Mailgun gave no time. */
  readonly occurredAtMs: number | undefined;
}

/** What is known of the recipients of a submission. */
export interface OutcomesKnown {
  /** An outcome of so many was in the record, and in no tally. */
  readonly recovered: number;
  /** So many have one, in a tally or in the record. */
  readonly known: number;
}

/** Nothing follows these but a bounce that comes back later. A deferral is not one of them: Mailgun tries on. */
const OUTCOMES: readonly DeliveryEventType[] = ['delivered', 'bounced', 'failed'];

/**
 * Tells which events of Mailgun's record are missing from the tallies of a batch.
 *
 * One event a position and kind is enough, since tallies are sets: of five deferrals one is missing
 * at most. What counts nowhere is never missing.
 */
export class Comparison {
  private readonly known = new Map<TallyKind, Set<number>>();
  private readonly tallied = new Set<number>();
  private readonly recorded = new Set<number>();
  private readonly recovered = new Set<number>();
  private readonly messageIds: ReadonlySet<string>;

  constructor(private readonly compared: Compared) {
    this.messageIds = new Set(compared.messageIds.map((id) => id.toLowerCase()));
    for (const { kind, positions } of compared.tallies) {
      this.known.set(kind, new Set(positions));
      if (isOutcome(kind)) for (const position of positions) this.tallied.add(position);
    }
  }

  /** The missing ones of these, each of which counts as known from then on. Never throws. */
  missingAmong(events: readonly JsonObject[]): readonly MissingEvent[] {
    return events.flatMap((eventData) => this.missing(eventData) ?? []);
  }

  /** What became of the recipients in a range, as far as tallies and the pages so far tell. */
  outcomesIn({ from, to }: PositionRange): OutcomesKnown {
    const isIn = (position: number) => position >= from && position < to;
    const known = new Set([...this.tallied, ...this.recorded].filter(isIn));
    return { recovered: [...this.recovered].filter(isIn).length, known: known.size };
  }

  private missing(eventData: JsonObject): MissingEvent | undefined {
    // Whoever reads it later walks it by recursion.
    if (nestsDeeperThan(eventData, MAX_DEPTH)) return undefined;
    const event = normaliseEvent(eventData, this.compared.machineWithinSeconds);
    const kind = tallyKindOf(event);
    const position = this.positionOf(event);
    if (position === undefined || !this.isOurs(event)) return undefined;
    // In test mode too, where nothing is counted: somebody was heard of.
    if (isOutcome(event.type)) this.recorded.add(position);
    if (kind === undefined) return undefined;

    const { occurredAtMs } = event;
    if ((occurredAtMs ?? -Infinity) >= this.compared.settledBeforeMs) return undefined;
    const known = this.known.get(kind) ?? new Set();
    if (known.has(position)) return undefined;
    this.known.set(kind, known.add(position));
    if (isOutcome(kind) && !this.tallied.has(position)) this.recovered.add(position);
    const token = reconciledToken(this.compared.pepper, event, eventData);
    return { token, kind, eventData, occurredAtMs };
  }

  private positionOf({ recipient }: DeliveryEvent): number | undefined {
    const { digests, pepper } = this.compared;
    return recipient === undefined
      ? undefined
      : positionOf(digests, recipientDigest(pepper, recipient));
  }

  /** The message id must be the very one; variables that claim a batch must prove it. */
  private isOurs({ messageId, variables }: DeliveryEvent): boolean {
    if (messageId === undefined || !this.messageIds.has(messageId.toLowerCase())) return false;
    if (!claimsABatch(variables)) return true;

    const { pepper, submission } = this.compared;
    const carried = readCorrelationVariables(pepper, variables);
    return carried !== undefined && isSameSubmission(carried, submission);
  }
}

const isOutcome = (type: DeliveryEventType | TallyKind): boolean =>
  OUTCOMES.some((outcome) => outcome === type);

/** Variables that are cut off or left out claim nothing. */
function claimsABatch(variables: unknown): boolean {
  const { batch, path, tag } = objectOf(variables) ?? {};
  return [batch, path, tag].some((variable) => variable !== undefined);
}
