import type {
  AuthenticEvent,
  EventQueue,
} from '../../../lambdas/core/delivery-event/authentic-event';

/** `EventQueue` in memory. */
export class InMemoryEventQueue implements EventQueue {
  readonly events: AuthenticEvent[] = [];
  /** Set it to make every send reject. */
  fault: Error | undefined;

  send(event: AuthenticEvent): Promise<void> {
    if (this.fault !== undefined) return Promise.reject(this.fault);

    this.events.push(event);
    return Promise.resolve();
  }
}
