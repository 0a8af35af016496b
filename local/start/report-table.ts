import type { CampaignReport } from '../../lambdas/core/report/campaign-report';
import { RECIPIENT_PARTS } from '../../lambdas/core/report/recipient-parts';
import { aligned, grouped, percent } from './text';

const RULE = '─';

/**
 * The report as two tables that add up: the audience by its parts, the accepted by their outcomes,
 * and below what people did.
 */
export function reportTable(report: CampaignReport): string[] {
  const { recipients, outcomes, rates } = report;
  const { audience, accepted } = recipients;
  const parts = RECIPIENT_PARTS.filter((part) => part === 'accepted' || recipients[part] > 0);
  const ends = (['delivered', 'bounced', 'failed', 'deferred', 'outstanding'] as const).filter(
    (end) => end === 'delivered' || outcomes[end] > 0,
  );
  const left = addition(
    parts.map((part) => [wordsOf(part), recipients[part]]),
    ['audience', audience],
  );
  const right = addition(
    ends.map((end) => [end, outcomes[end]]),
    ['accepted', accepted],
  );
  const reactions = (
    ['opened', 'clicked', 'machineOpened', 'machineClicked', 'unsubscribed', 'complained'] as const
  ).map((kind) => [
    wordsOf(kind),
    grouped(outcomes[kind]),
    percent(outcomes[kind], outcomes.delivered),
  ]);
  return [
    ...sideBySide(left, right),
    '',
    ...aligned(
      reactions.map((row) => [...row, 'of the delivered']),
      ['left', 'right', 'right'],
    ),
    '',
    `rates: ${ratesText(rates)}`,
  ];
}

function ratesText({ open, click, bounce, complaint }: CampaignReport['rates']): string {
  const share = (value: number | null) => (value === null ? '–' : `${(100 * value).toFixed(2)} %`);
  return `open ${share(open)}, click ${share(click)}, bounce ${share(bounce)}, complaint ${share(complaint)}`;
}

type Line = readonly [name: string, count: number];

function addition(lines: readonly Line[], [name, total]: Line): string[] {
  const rows = [...lines, [name, total] as const].map(([label, count]) => [
    label,
    grouped(count),
    percent(count, total),
  ]);
  const table = aligned(rows, ['left', 'right', 'right']);
  const sum = table.pop() ?? '';
  return [...table, RULE.repeat(sum.length), sum];
}

function sideBySide(left: readonly string[], right: readonly string[]): string[] {
  const height = Math.max(left.length, right.length);
  // Both sums stand on the last line.
  const filled = (lines: readonly string[]) => [
    ...lines.slice(0, -2),
    ...Array.from({ length: height - lines.length }, () => ''),
    ...lines.slice(-2),
  ];
  const filledRight = filled(right);
  return aligned(
    filled(left).map((line, at) => [line, '   ', filledRight[at] ?? '']),
    [],
  );
}

/** `machineOpened` as people say it: `machine opened`. */
export const wordsOf = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
