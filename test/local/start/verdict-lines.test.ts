import type { CampaignResult } from '../../../local/start/campaign-run';
import { operationsFigures } from '../../../local/start/operations-figures';
import { checkBooks, checkSums } from '../../../local/start/verdict';
import { verdictLines } from '../../../local/start/verdict-lines';
import { aReport, someBooks } from './builders';

const aResult = (changes: Partial<CampaignResult> = {}): CampaignResult => ({
  report: aReport(),
  books: someBooks(),
  operations: operationsFigures(
    {},
    {},
    { batches: 1, events: 2600, mailgunCalls: 1, eventPages: 0 },
  ),
  checks: checkBooks(aReport(), someBooks()),
  settlement: { settled: true },
  durationMs: 20_000,
  ...changes,
});

describe('the verdict in words', () => {
  it('says that all agrees, and who got what', () => {
    expect(verdictLines(aResult())).toEqual([
      'AGREES in all 18 figures',
      '988 e-mails to 988 people, nobody twice, none of the 10 who were left out',
    ]);
  });

  it('counts one as one', () => {
    const books = someBooks();
    const emails = { ...books.emails, total: 1, recipients: 1 };

    expect(verdictLines(aResult({ books: { ...books, emails } }))[1]).toMatch(
      /^1 e-mail to 1 person, /,
    );
  });

  it('says what does not agree, and that it was waited for', () => {
    const checks = [
      { what: 'machineOpened', reported: 139, expected: 140 },
      { what: 'delivered', reported: 975, expected: 975 },
    ];

    const settlement = { settled: false, stillForMs: 60_123 } as const;
    expect(verdictLines(aResult({ checks, settlement }))).toEqual([
      'DISAGREES',
      'machine opened  reported 139  expected 140',
      'nothing has changed for 60.1 s, so this is where it ended',
    ]);
  });

  it('claims no more than it can know without books', () => {
    const lines = verdictLines(aResult({ books: null, checks: checkSums(aReport()) }));

    expect(lines).toEqual(['the parts add up; an external server keeps no books to compare with']);
  });
});
