import type { CampaignResult } from './campaign-run';
import { wordsOf } from './report-table';
import { aligned, counted, grouped, seconds } from './text';
import { disagreements } from './verdict';

/** Whether the report is right, in words; where it is not, in what. */
export function verdictLines({ report, books, checks, settlement }: CampaignResult): string[] {
  const wrong = disagreements(checks).map(({ what, reported, expected }) => [
    wordsOf(what),
    `reported ${grouped(reported)}`,
    `expected ${grouped(expected)}`,
  ]);
  const waited = settlement.settled
    ? []
    : [`nothing has changed for ${seconds(settlement.stillForMs)}, so this is where it ended`];
  if (wrong.length > 0) {
    return ['DISAGREES', ...aligned(wrong, ['left', 'left', 'left']), ...waited];
  }
  if (books === null) {
    return ['the parts add up; an external server keeps no books to compare with', ...waited];
  }
  const { emails } = books;
  const leftOut =
    report.recipients.suppressed + report.recipients.invalid + report.recipients.duplicate;
  return [
    `AGREES in all ${checks.length} figures`,
    `${counted(emails.total, 'e-mail', 'e-mails')} to ${counted(emails.recipients, 'person', 'people')}, nobody twice${leftOut > 0 ? `, none of the ${grouped(leftOut)} who were left out` : ''}`,
    ...waited,
  ];
}
