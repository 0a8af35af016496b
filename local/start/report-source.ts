import type { CampaignReport } from '../../lambdas/core/report/campaign-report';
import { StartError } from './start-error';

/**
 * Asks the control API for the report of a campaign.
 *
 * @returns `undefined` while the campaign is not known, or is still being read.
 */
export async function fetchReport(
  controlApiUrl: string,
  accountId: string,
  campaignId: string,
): Promise<CampaignReport | undefined> {
  const path = `/campaigns/${accountId}/${campaignId}`;
  // On a busy machine a campaign takes longer than a second to read, and what is kept of it would be shown.
  const response = await fetch(`${controlApiUrl}${path}?fresh=true`);
  if (response.status === 404 || response.status === 503) {
    await response.body?.cancel();
    return undefined;
  }
  if (!response.ok) throw new StartError(`control API: GET ${path} answered ${response.status}`);
  return (await response.json()) as CampaignReport;
}
