import type { CampaignReport } from '../../lambdas/core/report/campaign-report';
import { RECIPIENT_PARTS } from '../../lambdas/core/report/recipient-parts';
import type { OperationsFigures } from '../../local/start/operations-figures';
import { sampleRecipients } from '../../local/start/sample-campaign';
import type { SampleBooks } from '../../local/start/verdict';
import { StartProcess } from './start-process';

interface Result {
  readonly report: CampaignReport;
  readonly books: SampleBooks;
  readonly operations: OperationsFigures;
}

const RECIPIENTS = 1000;

let start: StartProcess;
let exitCode: number | null;
let result: Result;

beforeAll(async () => {
  start = new StartProcess('--once', '--json', '--recipients', String(RECIPIENTS));
  exitCode = await start.exitCode();
  result = JSON.parse(start.stdout.trimEnd().split('\n').at(-1) ?? '') as Result;
}, 180_000);

afterAll(() => start.dispose());

describe('a campaign of a thousand, from the queue to the report', () => {
  it('ends well, with the result alone on standard output', () => {
    expect(exitCode).toBe(0);
    expect(start.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(start.stderr).toContain('AGREES');
  });

  it('accounts for everybody', () => {
    const { recipients, outcomes } = result.report;
    const parts = RECIPIENT_PARTS.map((part) => recipients[part]);
    const { delivered, bounced, failed, deferred, outstanding } = outcomes;

    expect(recipients).toMatchObject({
      ...{ audience: RECIPIENTS, suppressed: 4, invalid: 2, duplicate: 2, pending: 0, inDoubt: 0 },
    });
    expect(parts.reduce((sum, count) => sum + count, 0)).toBe(RECIPIENTS);
    expect(delivered + bounced + failed + deferred + outstanding).toBe(recipients.accepted);
  });

  it('reports what really happened', () => {
    const { report, books } = result;

    expect(report.outcomes).toEqual(books.outcomes);
    expect(report.recipients.accepted).toBe(books.accepted);
  });

  it('e-mails nobody twice, and nobody who was to be left out', () => {
    const { books } = result;

    expect(books.emails).toMatchObject({ mostToOne: 1, repeated: 0 });
    expect(books).toMatchObject({ repeatedInBatch: 0, mailedAgainstWish: 0 });
    expect(books.mistakes).toEqual({ disclosed: 0, unfilled: 0 });
  });

  it('keeps its budgets', () => {
    const { perBatch, perEvent, functions } = result.operations;

    expect(perBatch.mailgunCalls).toBe(1);
    expect(perBatch.writeUnits).toBeLessThanOrEqual(20);
    expect(perEvent.writeUnits).toBeLessThanOrEqual(1.3);
    expect(perEvent.sqsRequests).toBeLessThanOrEqual(1.3);
    expect(Object.values(functions).filter(({ errors }) => errors > 0)).toEqual([]);
  });

  it('tells nobody an address: no log, no output', () => {
    const said = start.everythingSaid().toLowerCase();

    expect(said).toContain('events recorded');
    expect(said).not.toMatch(/@(?!mg\.)([a-z]+\.)*example\./);
    for (const { recipient } of sampleRecipients(1, RECIPIENTS)) {
      const [localPart = ''] = recipient.email.trim().toLowerCase().split('@');
      if (localPart.length > 3) expect(said.includes(localPart)).toBe(false);
    }
  });
});
