/** A message set aside for a person, with the reason. */
export interface DeadLetter {
  /** The message as it came, unchanged: redriving it must be possible. */
  readonly body: string;
  /** Stable, machine-readable reason in kebab case, such as `unknown-domain`. */
  readonly code: string;
  /** The same for a person: what was received, what was expected. No addresses. */
  readonly reason: string;
  /** The message group it came with, so that a redrive keeps one tenant from starving another. */
  readonly groupId?: string;
}

/** Takes what could not be understood or was given up on. Implemented in `adapters/sqs`. */
export interface DeadLetters {
  /** @throws when the letter can't be stored: the original must then stay in its queue. */
  put(letter: DeadLetter): Promise<void>;
}
