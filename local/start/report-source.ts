import type { CampaignReport } from '../../lambdas/core/report/campaign-report';
import { StartError } from './start-error';

/**
 * Asks the control API for the report of a campaign.
 *
 * @returns `undefined` while the campaign is not known.
 */
export async function fetchReport(
  controlApiUrl: string,
  accountId: string,
  campaignId: string,
): Promise<CampaignReport | undefined> {
  const path = `/campaigns/${accountId}/${campaignId}`;
  const response = await fetch(`${controlApiUrl}${path}`);
  if (response.status === 404) {
    await response.body?.cancel();
    return undefined;
  }
  if (!response.ok) throw new StartError(`control API: GET ${path} answered ${response.status}`);
  return (await response.json()) as CampaignReport;
}
