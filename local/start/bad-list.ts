import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignDescription } from '../../client/form-batches';
import type { Recipient } from '../../client/send-request';
import type { CampaignReport } from '../../lambdas/core/report/campaign-report';
import type { CampaignList } from './campaign-run';
import type { LocalMailer } from './local-mailer';
import { fetchReport } from './report-source';
import { sampleDescription } from './sample-campaign';
import type { Screen } from './screen';
import { grouped, percent, seconds } from './text';

/** Of a hundred addresses, so many have no mailbox: the simulator bounces what begins with `bounce-`. */
const DEAD_OF_A_HUNDRED = 6;

const LOOK_EVERY_MS = 500;

/** What the control API adds to a report. */
type GuardedReport = CampaignReport & {
  readonly guard: { readonly level: string; readonly trigger: object | null } | null;
};

/** A bought list: a campaign that has no fault but its addresses. */
export function badList(recipients: number): CampaignList {
  const description: CampaignDescription = {
    ...sampleDescription(recipients),
    campaignId: 'bought-list',
    campaign: { name: 'Bought list', expectedRecipients: recipients },
  };
  return {
    description,
    recipients: () => people(recipients),
    counts: {
      ...{ ordinary: recipients, invalid: 0, duplicate: 0 },
      ...{ suppressed: 0, suppressedAtMailgun: 0 },
    },
  };
}

function* people(count: number): Generator<Recipient> {
  for (let index = 0; index < count; index += 1) {
    // 37 and 100 have no divisor in common, so each hundred holds six, spread evenly.
    const does = (index * 37) % 100 < DEAD_OF_A_HUNDRED ? 'bounce' : 'deliver';
    const variables = { first: 'Reader', voucher: `LIST-${index}` };
    yield { email: `${does}-${index}@example.com`, variables };
  }
}

/** Shows the rate as it climbs, and what the guard does about it, until the signal comes. Never rejects. */
export async function watchGuard(
  mailer: LocalMailer,
  { description: { accountId, campaignId } }: CampaignList,
  { screen, signal }: { readonly screen: Screen; readonly signal: AbortSignal },
): Promise<void> {
  const beganMs = performance.now();
  let shown = '';
  while (!signal.aborted) {
    const report = await fetchReport(mailer.outputs.ControlApiUrl, accountId, campaignId).catch(
      () => undefined,
    );
    const line = report === undefined ? undefined : lineOf(report as GuardedReport);
    if (line !== undefined && line.state !== shown) {
      shown = line.state;
      screen.line(`  ${seconds(performance.now() - beganMs).padStart(7)}  ${line.text}`);
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** One line for each hundred that bounced or each change of what the guard thinks. */
function lineOf({ status, reason, guard, recipients, outcomes }: GuardedReport) {
  const { accepted, parked } = recipients;
  const { bounced } = outcomes;
  if (accepted === 0) return undefined;

  const level = status === 'paused' ? 'paused' : (guard?.level ?? 'none');
  const rate = `${grouped(bounced)} of ${grouped(accepted)} accepted bounced, ${percent(bounced, accepted)}`;
  const words = { none: '', warn: ', warned of', pause: '', paused: `: PAUSED. ${reason ?? ''}` };
  const what = words[level as keyof typeof words];
  const left = parked > 0 ? `; ${grouped(parked)} are parked` : '';
  return {
    state: `${level} ${Math.floor(bounced / 20)} ${parked > 0}`,
    text: `${rate}${what}${left}`,
  };
}

/** What a person can do about it. */
export function afterBadList(mailer: LocalMailer, { description }: CampaignList): string[] {
  const { accountId, campaignId } = description;
  const url = `${mailer.outputs.ControlApiUrl}/campaigns/${accountId}/${campaignId}`;
  const body = `'{"reason":"the list was cleaned","actor":"you"}'`;
  return [
    'Nothing more of it is sent until a person decides:',
    `curl -X POST ${url}/cancel -d ${body}`,
    `curl -X POST ${url}/resume -d ${body}    (the guard counts anew, and pauses it again)`,
    'Three such pauses in 30 days suspend the account.',
  ];
}
