import type { Submission } from '../submission/submission';
import type { OutcomesKnown } from './comparison';

/**
 * Mailgun gives a message up 8 hours after its first try (docs/mailgun.md, "Answers and retries"); one more for a queue of
 * its own. Whoever has no outcome after that will not get one.
 */
const LONGEST_DELIVERY_MS = 9 * 3_600_000;

/** How many recipients a pass accounts for. */
export interface PassFigures {
  /** Recipients whose outcome only Mailgun's record had: their webhooks never came. */
  readonly recovered: number;
  /** Recipients the record was read of; only of a pass that is over. */
  readonly compared?: number;
  /** Recipients whose outcome must be known by now; only of the last pass. */
  readonly concluded?: number;
  /** Of these, how many were neither delivered nor bounced nor failed, as far as anybody can tell. */
  readonly outstanding?: number;
}

/** A pass as far as it came. */
export interface PassMade {
  readonly submission: Pick<Submission, 'recipients'>;
  readonly outcomes: OutcomesKnown;
  /** Whether nothing more is to be learnt at this time. */
  readonly isOver: boolean;
  /** Whether Mailgun's record could be read. */
  readonly isRead: boolean;
  /** Whether no pass follows. */
  readonly isLast: boolean;
  /** Since Mailgun began to deliver, in milliseconds. */
  readonly ageMs: number;
}

/**
 * Says what a pass accounts for. A pass that went on where another worker had stopped may call
 * outstanding whose event that worker had just found, and nobody has recorded yet.
 */
export function passFigures({ submission, outcomes, ...pass }: PassMade): PassFigures {
  const { recipients } = submission;
  const { recovered, known } = outcomes;
  if (!pass.isOver) return { recovered };

  const isConcluded = pass.isLast && pass.ageMs >= LONGEST_DELIVERY_MS;
  return {
    recovered,
    ...(pass.isRead && { compared: recipients }),
    ...(isConcluded && { concluded: recipients, outstanding: Math.max(0, recipients - known) }),
  };
}
