import type { CampaignReport } from '../../lambdas/core/report/campaign-report';
import type { SampleBooks } from '../../local/start/verdict';
import { StartProcess } from './start-process';

interface Result {
  readonly report: CampaignReport;
  readonly books: SampleBooks;
}

let start: StartProcess;
let exitCode: number | null;
let result: Result;

beforeAll(async () => {
  start = new StartProcess('--scenario', 'bad-list', '--once', '--json', '--recipients', '5000');
  exitCode = await start.exitCode();
  result = JSON.parse(start.stdout.trimEnd().split('\n').at(-1) ?? '') as Result;
}, 400_000);

afterAll(() => start.dispose());

it('pauses a list with 6 % dead mailboxes while it is being sent, and parks the rest of it', () => {
  const { recipients, status } = result.report;

  expect([exitCode, status]).toEqual([0, 'paused']);
  expect(recipients.accepted).toBeGreaterThanOrEqual(1_000);
  expect(recipients.parked).toBeGreaterThanOrEqual(1_000);
  expect(recipients.accepted + recipients.parked).toBe(5_000);
});

it('says why in the report, with the numbers', () => {
  expect(result.report.reason).toMatch(
    /^[\d,]+ of [\d,]+ recipients accepted in the last 24 hours bounced: [\d.]+ %, the limit is 5 %$/,
  );
  expect(result.report.outcomes.bounced).toBe(result.books.outcomes.bounced);
});

it('shows a person the pause, and what can be done about it', () => {
  expect(start.stderr).toMatch(/PAUSED/);
  expect(start.stderr).toMatch(/\/campaigns\/acme\/bought-list\/cancel/);
});
