import type {
  AuthenticEvent,
  EventQueue,
} from '../../../lambdas/core/delivery-event/authentic-event';

/** `EventQueue` in memory. */
export class InMemoryEventQueue implements EventQueue {
  readonly events: AuthenticEvent[] = [];
  /** Set it to make every send reject. */
  fault: Error | undefined;
  /** Most bytes an event may have as JSON. */
  maxEventBytes = 1_048_576;

  send(event: AuthenticEvent): Promise<'queued' | 'too-large'> {
    if (this.fault !== undefined) return Promise.reject(this.fault);

    if (Buffer.byteLength(JSON.stringify(event)) > this.maxEventBytes) {
      return Promise.resolve('too-large');
    }
    this.events.push(event);
    return Promise.resolve('queued');
  }
}
