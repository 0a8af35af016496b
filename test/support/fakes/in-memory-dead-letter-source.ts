import type {
  DeadLetterSource,
  WaitingLetter,
} from '../../../lambdas/core/dead-letter/dead-letter-source';

/** A dead-letter queue and the queue its letters came from, in memory. */
export class InMemoryDeadLetterSource implements DeadLetterSource {
  /** Letters that wait; received ones stay until they are deleted. */
  readonly waiting: WaitingLetter[] = [];
  /** What was put back on the queue. */
  readonly queue: Pick<WaitingLetter, 'body' | 'groupId'>[] = [];
  /** Set it to make putting back or deleting fail. */
  faults: { readonly putBack?: Error; readonly delete?: Error } = {};
  private readonly hidden = new Set<WaitingLetter>();

  /** Adds letters of these bodies. */
  add(sentAtMs: number, ...bodies: string[]): void {
    this.waiting.push(
      ...bodies.map((body) => ({ body, sentAtMs, receipt: body, groupId: 'acme' })),
    );
  }

  receive(max: number): Promise<readonly WaitingLetter[]> {
    const received = this.waiting.filter((letter) => !this.hidden.has(letter)).slice(0, max);
    for (const letter of received) this.hidden.add(letter);
    return Promise.resolve(received);
  }

  putBack({ body, groupId }: WaitingLetter): Promise<void> {
    if (this.faults.putBack !== undefined) return Promise.reject(this.faults.putBack);
    this.queue.push({ body, ...(groupId === undefined ? {} : { groupId }) });
    return Promise.resolve();
  }

  delete(letter: WaitingLetter): Promise<void> {
    if (this.faults.delete !== undefined) return Promise.reject(this.faults.delete);
    this.waiting.splice(this.waiting.indexOf(letter), 1);
    return Promise.resolve();
  }
}
