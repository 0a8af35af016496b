import type { BatchBooks } from '../core/batch/batch-books';
import type { CampaignKey } from '../core/campaign/keys';
import type { CampaignStanding, StandingChange } from '../core/standing/standing';
import { act, type Act } from './act';
import { describeHistory } from './history';
import { campaignIn } from './parameters';
import { json, RequestProblem, type ControlRequest, type ControlResponse } from './request';
import { readDoubtDecision, readStandingChange } from './standing-change';
import type { StandingDependencies } from './standing-dependencies';

/** Pauses a campaign. Doing it again changes nothing. */
export function answerPause(
  dependencies: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  return answerMove(dependencies, request, 'paused', (campaign, change) => ({
    make: () => dependencies.controls.pauseCampaign(campaign, change),
    notification: { type: 'campaign.paused', ...campaign },
    code: 'campaign-paused',
  }));
}

/** Lets a paused campaign send again. Doing it again changes nothing. */
export function answerResume(
  dependencies: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  return answerMove(dependencies, request, 'active', (campaign, change) => ({
    make: () => dependencies.controls.resumeCampaign(campaign, change),
    notification: { type: 'campaign.resumed', ...campaign },
    release: { scope: 'campaign', ...campaign },
    code: 'campaign-resumed',
  }));
}

/** Cancels a campaign for good. Doing it again changes nothing. */
export function answerCancel(
  dependencies: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  return answerMove(dependencies, request, 'cancelled', (campaign, change) => ({
    make: () => dependencies.controls.cancelCampaign(campaign, change),
    notification: { type: 'campaign.cancelled', ...campaign },
    // What is parked is put back once more, to be accounted for.
    release: { scope: 'campaign', ...campaign },
    code: 'campaign-cancelled',
  }));
}

/** Takes a person's word on every submission of a campaign that is in doubt now. */
export async function answerDoubts(
  dependencies: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const { controls, clock } = dependencies;
  const campaign = campaignIn(request);
  const { decision, ...change } = readDoubtDecision(request.body, clock());
  await act(dependencies, {
    subject: campaign,
    change,
    make: async () => {
      await controls.decideDoubt(campaign, { decision, atMs: change.atMs }, change);
      return true;
    },
    release: { scope: 'campaign', ...campaign },
    code: 'doubts-decided',
  });
  const before = new Date(change.atMs).toISOString();
  const begun = await hasBatches(dependencies.books, campaign);
  return json(200, { ...campaign, decision, before, begun });
}

/** Answers with every change of a campaign. */
export async function answerCampaignHistory(
  { controls }: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const campaign = campaignIn(request);
  const entries = await controls.history({ subject: 'campaign', campaign });
  return json(200, { ...campaign, entries: describeHistory(entries) });
}

async function answerMove(
  dependencies: StandingDependencies,
  request: ControlRequest,
  wanted: CampaignStanding,
  actOn: (campaign: CampaignKey, change: StandingChange) => Omit<Act, 'subject' | 'change'>,
): Promise<ControlResponse> {
  const { controls, books, clock } = dependencies;
  const campaign = campaignIn(request);
  const change = readStandingChange(request.body, clock());
  const changed = await act(dependencies, {
    subject: campaign,
    change,
    ...actOn(campaign, change),
  });
  const [{ standing, reason }, begun] = await Promise.all([
    controls.campaign(campaign),
    hasBatches(books, campaign),
  ]);
  if (!changed && standing !== wanted) {
    throw new RequestProblem(
      409,
      'standing-conflict',
      `the campaign is ${standing}, which can't become ${wanted}`,
    );
  }
  return json(200, { ...campaign, status: standing, reason: reason ?? null, changed, begun });
}

/** Whether any batch was begun: none yet, or an id that was mistyped, look alike otherwise. */
async function hasBatches(
  books: Pick<BatchBooks, 'read'>,
  campaign: CampaignKey,
): Promise<boolean> {
  const batches = books.read(campaign)[Symbol.asyncIterator]();
  const { done } = await batches.next();
  await batches.return?.();
  return done !== true;
}
