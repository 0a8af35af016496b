import type { BatchBooks } from '../core/batch/batch-books';
import type { CampaignKey } from '../core/campaign/keys';
import type { Clock } from '../core/clock';
import type { Log } from '../core/log';
import type { Controls, DomainRecord } from '../core/standing/standing';
import { campaignIn, domainIn } from './parameters';
import { json, RequestProblem, type ControlRequest, type ControlResponse } from './request';
import { readStandingChange } from './standing-change';

/** What the routes that read and change standings need. */
export interface StandingDependencies {
  readonly controls: Pick<
    Controls,
    'campaign' | 'pauseCampaign' | 'resumeCampaign' | 'domain' | 'unblockDomain'
  >;
  readonly books: Pick<BatchBooks, 'read'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Pauses a campaign. Doing it again changes nothing. */
export async function answerPause(
  dependencies: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const campaign = campaignIn(request);
  const change = readStandingChange(request.body, dependencies.clock());
  const changed = await dependencies.controls.pauseCampaign(campaign, change);
  return answerCampaign(dependencies, campaign, { wanted: 'paused', changed });
}

/** Lets a paused campaign send again. Doing it again changes nothing. */
export async function answerResume(
  dependencies: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const campaign = campaignIn(request);
  const change = readStandingChange(request.body, dependencies.clock());
  const changed = await dependencies.controls.resumeCampaign(campaign, change);
  return answerCampaign(dependencies, campaign, { wanted: 'active', changed });
}

/** Answers with what keeps a domain from sending. */
export async function answerDomain(
  { controls, clock }: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const domain = domainIn(request);
  return json(200, describeDomain(domain, await controls.domain(domain), clock()));
}

/** Lets a blocked domain send again. Doing it again changes nothing. */
export async function answerUnblock(
  { controls, clock, log }: StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const domain = domainIn(request);
  const atMs = clock();
  const changed = await controls.unblockDomain(domain, readStandingChange(request.body, atMs));
  log.info('domain unblocked by a person', { code: 'domain-unblocked', domain, changed });
  return json(200, {
    ...describeDomain(domain, await controls.domain(domain), atMs),
    changed,
  });
}

async function answerCampaign(
  { controls, books, log }: StandingDependencies,
  campaign: CampaignKey,
  { wanted, changed }: { readonly wanted: 'active' | 'paused'; readonly changed: boolean },
): Promise<ControlResponse> {
  const [{ standing, reason }, begun] = await Promise.all([
    controls.campaign(campaign),
    hasBatches(books, campaign),
  ]);
  log.info('campaign standing set by a person', {
    code: wanted === 'paused' ? 'campaign-paused' : 'campaign-resumed',
    ...campaign,
    changed,
  });
  if (!changed && standing !== wanted) {
    throw new RequestProblem(
      409,
      'standing-conflict',
      `the campaign is ${standing}, which can't become ${wanted}`,
    );
  }
  const { accountId, campaignId } = campaign;
  return json(200, {
    accountId,
    campaignId,
    status: standing,
    reason: reason ?? null,
    changed,
    begun,
  });
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

function describeDomain(
  domain: string,
  { standing, reason, heldUntilMs, recipientCap }: DomainRecord,
  atMs: number,
): Record<string, unknown> {
  const held = heldUntilMs !== undefined && heldUntilMs > atMs;
  return {
    domain,
    status: standing,
    reason: reason ?? null,
    heldUntil: held ? new Date(heldUntilMs).toISOString() : null,
    recipientCap: recipientCap ?? null,
  };
}
