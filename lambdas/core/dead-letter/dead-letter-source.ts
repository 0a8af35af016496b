/** A message on a dead-letter queue, with what a redrive needs of it. */
export interface WaitingLetter {
  readonly body: string;
  readonly groupId?: string;
  /** When it became a dead letter or, moved by the queue itself, was first sent; milliseconds since the Unix epoch, UTC. */
  readonly sentAtMs: number;
  /** What it is deleted with. */
  readonly receipt: string;
}

/** A dead-letter queue and the queue its messages came from. Implemented in `adapters/sqs`. */
export interface DeadLetterSource {
  /** @returns up to `max` letters (1 to 10), hidden for a minute; none where none was found. */
  receive(max: number): Promise<readonly WaitingLetter[]>;
  /** Puts a letter on the queue it came from, as it came: without its reason, in its group. */
  putBack(letter: WaitingLetter): Promise<void>;
  /** Takes a letter off the dead-letter queue. */
  delete(letter: WaitingLetter): Promise<void>;
}
