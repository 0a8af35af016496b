import type { CampaignKey } from '../core/campaign/keys';
import { faultOf } from '../core/errors';
import type { GuardSubject } from '../core/guard/guard-record';
import type { Dependencies } from './dependencies';
import type { EvaluateCampaign } from './evaluate-campaign';
import { takeTurn } from './turn';

/** Kept back from the invocation: a campaign of ten million recipients takes some twenty seconds. */
const RESERVE_MS = 60_000;

/** Looks at every campaign that is watched; see {@link createSweep}. */
export type Sweep = (after: CampaignKey | undefined, deadlineMs: number) => Promise<void>;

/**
 * Makes the sweep: windows expire and warnings end without an event. It does not stop at a campaign
 * that can't be evaluated, which is asked for anew; what does not fit into an invocation is asked
 * for from where it stopped.
 *
 * @throws {TransientError} when the watch list can't be read, or the queue takes no request.
 */
export function createSweep(dependencies: Dependencies, evaluate: EvaluateCampaign): Sweep {
  const { records, requests, watchList, clock, log } = dependencies;

  const look = async (campaign: CampaignKey): Promise<void> => {
    const subject: GuardSubject = { subject: 'campaign', campaign };
    const { facts } = await records.read(subject);
    if (clock() < (facts.sweepAtMs ?? 0)) return;
    await takeTurn(dependencies, subject, undefined, (turn) => evaluate(campaign, turn));
  };

  return async (after, deadlineMs) => {
    let last = after;
    for (const campaign of await watchList.list(clock(), after)) {
      if (last !== undefined && clock() > deadlineMs - RESERVE_MS) {
        await requests.put({ request: 'sweep', after: last });
        return;
      }
      try {
        await look(campaign);
      } catch (fault) {
        const error = faultOf(fault);
        log.warn('campaign not evaluated', { code: 'guard-not-evaluated', ...campaign, error });
        const subject: GuardSubject = { subject: 'campaign', campaign };
        await requests.put({ request: 'evaluate', subject, dueAtMs: clock() });
      }
      last = campaign;
    }
  };
}
