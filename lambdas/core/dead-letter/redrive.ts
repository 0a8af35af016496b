import type { Clock } from '../clock';
import type { DeadLetterSource, WaitingLetter } from './dead-letter-source';

/** How far one redrive goes. */
export interface RedriveBounds {
  /** Letters moved at most. */
  readonly letters: number;
  /** No more are received from then on; milliseconds since the Unix epoch, UTC. */
  readonly untilMs: number;
}

/** What a redrive did. */
export interface Redriven {
  readonly moved: number;
  /** Whether nothing was left to move; what became a dead letter meanwhile is left for the next redrive. */
  readonly empty: boolean;
}

/** Letters one request receives at most. */
const LETTERS_A_REQUEST = 10;

/**
 * Puts dead letters back on the queue they came from.
 *
 * Each is put back first and deleted then, so a crash leaves it in both places, never in neither;
 * a batch that was sent and an event that was recorded change nothing when they come again.
 *
 * @param onMoved is told how many were moved so far.
 */
export async function redrive(
  source: DeadLetterSource,
  { letters, untilMs }: RedriveBounds,
  clock: Clock,
  onMoved: (moved: number) => void = () => undefined,
): Promise<Redriven> {
  const startedAtMs = clock();
  let moved = 0;
  while (moved < letters && clock() < untilMs) {
    const received = await source.receive(Math.min(LETTERS_A_REQUEST, letters - moved));
    // A letter that came back while this runs would be put back for ever.
    const due = received.filter(({ sentAtMs }) => sentAtMs <= startedAtMs);
    await Promise.all(due.map((letter) => move(source, letter)));
    moved += due.length;
    if (due.length > 0) onMoved(moved);
    if (received.length === 0) return { moved, empty: true };
  }
  return { moved, empty: false };
}

async function move(source: DeadLetterSource, letter: WaitingLetter): Promise<void> {
  await source.putBack(letter);
  await source.delete(letter);
}
