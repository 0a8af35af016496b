/** Hides a message of a queue for longer than the queue would. Implemented in `adapters/sqs`. */
export interface DelayQueue {
  /**
   * Hides a received message, counted from now.
   *
   * @param receipt the receipt it was received with.
   * @param seconds 0 to 43,200, less the time since it was received.
   */
  hide(receipt: string, seconds: number): Promise<void>;
}
