import type { CampaignReport } from '../../lambdas/core/report/campaign-report';
import { aligned, grouped, percent } from './text';

/** How far the sample campaign is. */
export interface Progress {
  readonly recipients: number;
  readonly enqueued: number;
  readonly report: CampaignReport | undefined;
}

const WIDTH = 32;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** One bar a stage, each as long as its share of the recipients. */
export function progressBars({ recipients, enqueued, report }: Progress): string[] {
  const outcomes = report?.outcomes;
  const stages: (readonly [string, number])[] = [
    ['queued', enqueued],
    ['accepted', report?.recipients.accepted ?? 0],
    ['delivered', outcomes?.delivered ?? 0],
    ['opened', outcomes?.opened ?? 0],
    ['clicked', outcomes?.clicked ?? 0],
  ];
  const bars = stages.map(([stage, count]) => [
    stage,
    bar(count / recipients),
    grouped(count),
    percent(count, recipients),
  ]);
  return [...aligned(bars, ['left', 'left', 'right', 'right']), '', asides(report)];
}

/** What has no bar: few, or nothing to wish for. */
function asides(report: CampaignReport | undefined): string {
  if (report === undefined) return 'nothing is sent yet';

  const { recipients, outcomes } = report;
  const counts: (readonly [string, number])[] = [
    ['bounced', outcomes.bounced],
    ['failed', outcomes.failed],
    ['deferred', outcomes.deferred],
    ['outstanding', outcomes.outstanding],
    ['unsubscribed', outcomes.unsubscribed],
    ['complained', outcomes.complained],
    ['left out', recipients.suppressed + recipients.invalid + recipients.duplicate],
  ];
  return counts.map(([name, count]) => `${name} ${grouped(count)}`).join('  ');
}

function bar(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * WIDTH * 8);
  const full = '█'.repeat(Math.floor(eighths / 8));
  return `${full}${EIGHTHS[eighths % 8] ?? ''}`.padEnd(WIDTH, '·');
}
