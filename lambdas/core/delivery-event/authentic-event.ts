import type { JsonObject } from '../json';

/** An event that Mailgun is known to have sent, before anything in it is understood. */
export interface AuthenticEvent {
  /**
   * The replay token: identity of the webhook call. Mailgun's event id is unique within a day only,
   * and the dashboard's test events all share one.
   */
  readonly token: string;
  /** When the call was signed; milliseconds since the Unix epoch, UTC. */
  readonly signedAtMs: number;
  /** When the call came; milliseconds since the Unix epoch, UTC. */
  readonly receivedAtMs: number;
  /** `event-data` as Mailgun sent it. */
  readonly eventData: JsonObject;
}

/** Takes authentic events to be recorded. Implemented in `adapters/sqs`. */
export interface EventQueue {
  /**
   * Stores an event durably.
   *
   * @returns `'too-large'`, however often it is asked, for an event that no message can hold.
   * @throws {TransientError} when it is not known to be stored. It may be: the same event sent
   *   again is harmless.
   */
  send(event: AuthenticEvent): Promise<'queued' | 'too-large'>;
}
