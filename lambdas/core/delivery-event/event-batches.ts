import type { AuthenticEvent } from './authentic-event';

/** Takes many authentic events at once to be recorded. Implemented in `adapters/sqs`. */
export interface EventBatches {
  /**
   * Stores events durably, in no particular order.
   *
   * @returns how many of them no message can hold, however often it is asked.
   * @throws {TransientError} when not all of the others are known to be stored. Some may be: the
   *   same events sent again are harmless.
   */
  sendAll(events: readonly AuthenticEvent[]): Promise<{ readonly tooLarge: number }>;
}
