import { TALLY_KINDS } from '../../../lambdas/core/tally/tally';
import { checkBooks, checkSample, checkSums, disagreements } from '../../../local/start/verdict';
import { aReport, someBooks } from './builders';

const SAMPLE = { ordinary: 988, invalid: 2, duplicate: 2, suppressed: 6, suppressedAtMailgun: 2 };

describe('holding a report against itself', () => {
  it('agrees when the parts add up', () => {
    expect(disagreements(checkSums(aReport()))).toEqual([]);
  });

  it('finds a recipient who is in no part', () => {
    const report = aReport();
    const recipients = { ...report.recipients, suppressed: 5 };

    expect(disagreements(checkSums({ ...report, recipients }))).toEqual([
      { what: 'sum of the recipient parts', reported: 999, expected: 1000 },
    ]);
  });

  it('finds an outcome too many', () => {
    const report = aReport();
    const outcomes = { ...report.outcomes, outstanding: 1 };

    expect(disagreements(checkSums({ ...report, outcomes }))).toEqual([
      { what: 'sum of the final and open outcomes', reported: 991, expected: 990 },
    ]);
  });
});

describe('holding a report against the sample', () => {
  it('agrees when everybody is where they belong', () => {
    expect(disagreements(checkSample(aReport(), SAMPLE))).toEqual([]);
  });

  it('finds a suppressed person who was not left out', () => {
    expect(disagreements(checkSample(aReport(), { ...SAMPLE, suppressed: 7 }))).toEqual([
      { what: 'audience', reported: 1000, expected: 1001 },
      { what: 'suppressed', reported: 6, expected: 7 },
    ]);
  });
});

describe('holding a report against a sample that was sent in part after a sync of the lists', () => {
  const report = aReport();
  const recipients = { ...report.recipients, suppressed: 7, accepted: 989 };
  const synced = { ...report, recipients };

  it('agrees when whom Mailgun did not drop was left out here', () => {
    expect(disagreements(checkSample(synced, SAMPLE, { suppressed: 1 }))).toEqual([]);
    expect(disagreements(checkSample(report, SAMPLE, { suppressed: 2 }))).toEqual([]);
  });

  it.each([
    ['neither', report, 1, { reported: 6, expected: 7 }],
    ['both', synced, 2, { reported: 7, expected: 6 }],
  ])('finds one of its lists who was dropped by %s', (_who, reported, suppressed, found) => {
    expect(disagreements(checkSample(reported, SAMPLE, { suppressed }))).toEqual([
      { what: 'suppressed', ...found },
    ]);
  });
});

describe("holding a report against the simulator's books", () => {
  it('agrees when all is as it happened', () => {
    expect(disagreements(checkBooks(aReport(), someBooks()))).toEqual([]);
  });

  it.each([...TALLY_KINDS, 'outstanding' as const])('finds one %s too few', (outcome) => {
    const books = someBooks();
    const outcomes = { ...books.outcomes, [outcome]: books.outcomes[outcome] + 1 };

    const found = disagreements(checkBooks(aReport(), { ...books, outcomes }));

    expect(found.map(({ what }) => what)).toEqual([outcome]);
  });

  it('finds somebody who was e-mailed twice', () => {
    const books = someBooks();
    const emails = { ...books.emails, total: 989, repeated: 1, mostToOne: 2 };

    const found = disagreements(checkBooks(aReport(), { ...books, emails }));

    expect(found.map(({ what }) => what)).toEqual(['e-mails', 'people e-mailed twice']);
  });

  it.each([
    ['somebody who was left out, but e-mailed', { mailedAgainstWish: 1 }],
    ['an address that others saw', { mistakes: { disclosed: 1, unfilled: 0 } }],
    ['a placeholder that somebody read', { mistakes: { disclosed: 0, unfilled: 1 } }],
    ['a call that the mailer forgot', { accepted: 991 }],
  ])('finds %s', (_what, change) => {
    expect(disagreements(checkBooks(aReport(), { ...someBooks(), ...change }))).toHaveLength(1);
  });
});
