import { reportTable } from '../../../local/start/report-table';
import { aReport } from './builders';

describe('the report as a table', () => {
  it('adds up, side by side, and shows no part that is empty', () => {
    expect(reportTable(aReport())).toEqual([
      'accepted      990   99.0 %       delivered  975   98.5 %',
      'suppressed      6    0.6 %       bounced     10    1.0 %',
      'invalid         2    0.2 %       failed       5    0.5 %',
      'duplicate       2    0.2 %',
      `${'─'.repeat(26)}       ${'─'.repeat(23)}`,
      'audience    1,000  100.0 %       accepted   990  100.0 %',
      '',
      'opened           300  30.8 %  of the delivered',
      'clicked           30   3.1 %  of the delivered',
      'machine opened   140  14.4 %  of the delivered',
      'machine clicked    4   0.4 %  of the delivered',
      'unsubscribed       2   0.2 %  of the delivered',
      'complained         1   0.1 %  of the delivered',
      '',
      'rates: open 30.77 %, click 3.08 %, bounce 1.01 %, complaint 0.10 %',
    ]);
  });

  it('shows what is in doubt or pending', () => {
    const report = aReport();
    const recipients = { ...report.recipients, accepted: 900, pending: 60, inDoubt: 30 };

    const lines = reportTable({ ...report, recipients }).join('\n');

    expect(lines).toMatch(/pending\s+60/);
    expect(lines).toMatch(/in doubt\s+30/);
  });

  it('has no rates of nobody', () => {
    const report = aReport();
    const rates = { open: null, click: null, bounce: null, complaint: null, machineOpen: null };

    expect(reportTable({ ...report, rates }).at(-1)).toBe(
      'rates: open –, click –, bounce –, complaint –',
    );
  });
});
