import type { DeadLetter, DeadLetters } from '../../../lambdas/core/dead-letter/dead-letters';

/** `DeadLetters` in memory. */
export class InMemoryDeadLetters implements DeadLetters {
  readonly letters: DeadLetter[] = [];
  /** Set it to make every write reject. */
  fault: Error | undefined;

  put(letter: DeadLetter): Promise<void> {
    if (this.fault !== undefined) return Promise.reject(this.fault);

    this.letters.push(letter);
    return Promise.resolve();
  }
}
