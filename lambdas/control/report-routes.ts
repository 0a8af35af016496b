import type { GuardRecords } from '../core/guard/guard-record';
import { recipientDigest } from '../core/recipient/recipient-digest';
import { readReport, type ReportPorts } from '../core/report/read-report';
import type { SecretSource } from '../core/secrets';
import type { Suppression } from '../core/suppression/suppression';
import { describeGuard } from './describe-guard';
import { lookUpRecipient, type LookUpPorts } from './look-up-recipient';
import { addressIn, campaignIn } from './parameters';
import { json, RequestProblem, type ControlRequest, type ControlResponse } from './request';

/** What the reading routes need. */
export interface ReportDependencies extends ReportPorts, LookUpPorts {
  readonly books: ReportPorts['books'];
  readonly tallies: ReportPorts['tallies'] & LookUpPorts['tallies'];
  readonly guardRecords: Pick<GuardRecords, 'read'>;
  readonly secrets: Pick<SecretSource, 'current'>;
}

/** Answers with the report of a campaign. */
export async function answerReport(
  dependencies: ReportDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const fresh = request.query['fresh'] === 'true';
  const campaign = campaignIn(request);
  const [report, { facts }] = await Promise.all([
    readReport(dependencies, campaign, { fresh }),
    dependencies.guardRecords.read({ subject: 'campaign', campaign }),
  ]);
  if (report === 'unknown') {
    throw campaignNotFound('no batch of this campaign was begun, and nobody acted on it');
  }
  if (report === 'notReady') {
    const what = 'the figures of this campaign take long to read, and are being read; ask again';
    throw new RequestProblem(503, 'report-not-ready', what, { 'retry-after': '2' });
  }
  const pausedAt = report.status === 'paused' ? report.since : null;
  return json(200, { ...report, guard: describeGuard(facts, pausedAt) });
}

/** Answers with what became of one recipient of a campaign. */
export async function answerRecipient(
  dependencies: ReportDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const campaign = campaignIn(request);
  const address = addressIn(request);
  const asOfMs = dependencies.clock();
  const { recipientPepper } = await dependencies.secrets.current();

  const found = await lookUpRecipient(
    dependencies,
    campaign,
    recipientDigest(recipientPepper, address),
  );
  if (found.batches === 0) throw campaignNotFound('no batch of this campaign was begun');
  if (found.entries.length === 0) throw recipientNotFound(found.batches, found.unsearchedBatches);

  return json(200, {
    accountId: campaign.accountId,
    campaignId: campaign.campaignId,
    asOf: new Date(asOfMs).toISOString(),
    entries: found.entries,
    suppressions: found.suppressions.map(describeSuppression),
    unsearchedBatches: found.unsearchedBatches,
  });
}

function campaignNotFound(what: string): RequestProblem {
  return new RequestProblem(
    404,
    'campaign-not-found',
    `${what}; its first batches may still be queued, or be on the dead-letter queue with their reasons`,
  );
}

function recipientNotFound(batches: number, unsearched: number): RequestProblem {
  const searched = `the recipient is in none of the batches searched: ${batches - unsearched}`;
  if (unsearched === 0) return new RequestProblem(404, 'recipient-not-found', searched);

  return new RequestProblem(
    404,
    'recipient-not-found-yet',
    `${searched}; but it may be in those that can't be searched before their first submission, ` +
      `such as paused, blocked or held ones: ${unsearched}`,
  );
}

function describeSuppression(suppression: Suppression): Record<string, unknown> {
  const { domain, reason, cause, observedAtMs, tags } = suppression;
  return { domain, reason, cause, observedAt: new Date(observedAtMs).toISOString(), tags };
}
