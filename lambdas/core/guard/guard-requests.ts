import type { CampaignKey } from '../campaign/keys';
import type { GuardSubject } from './guard-record';

/** Asks the guard to look. */
export type GuardRequest =
  | {
      readonly request: 'evaluate';
      readonly subject: GuardSubject;
      /**
       * An evaluation that began later than this has seen what the request is about; milliseconds
       * since the Unix epoch, UTC. `undefined` where only a new one will do.
       */
      readonly dueAtMs?: number;
    }
  /** Goes on with a sweep of the watch list behind a campaign. */
  | { readonly request: 'sweep'; readonly after: CampaignKey };

/** Takes requests. Implemented in `adapters/sqs`. */
export interface GuardRequests {
  /**
   * @param delaySeconds until the guard gets it, 0 to 900.
   * @throws {TransientError} when the queue may not have it; it may have it all the same.
   */
  put(request: GuardRequest, delaySeconds?: number): Promise<void>;
}
