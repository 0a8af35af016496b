import type { CampaignReport } from '../../lambdas/core/report/campaign-report';
import type { OperationsFigures } from '../../local/start/operations-figures';
import type { SampleBooks } from '../../local/start/verdict';
import { StartProcess } from './start-process';

interface Result {
  readonly report: CampaignReport;
  readonly books: SampleBooks;
  readonly operations: OperationsFigures;
}

let start: StartProcess;
let exitCode: number | null;
let result: Result;

beforeAll(async () => {
  const options = ['--lossy', '--once', '--json', '--seed', '7', '--recipients', '1000'];
  start = new StartProcess(...options);
  exitCode = await start.exitCode();
  result = JSON.parse(start.stdout.trimEnd().split('\n').at(-1) ?? '') as Result;
}, 300_000);

afterAll(() => start.dispose());

describe('a campaign whose webhooks are lost, repeated, late and out of order', () => {
  it('really lost many of every kind', () => {
    const { lost, duplicated, delayed, reordered } = result.books.webhooks;

    for (const count of [lost, duplicated, delayed, reordered]) expect(count).toBeGreaterThan(50);
  });

  it("ends with the tallies of the simulator's books", () => {
    expect(result.report.outcomes).toEqual(result.books.outcomes);
    expect(result.report.outcomes.outstanding).toBe(0);
    expect(exitCode).toBe(0);
  });

  it("found what was lost among Mailgun's own events, and told how much", () => {
    expect(result.operations.functions['reconciler']?.mailgunCalls).toBeGreaterThan(0);
    expect(start.everythingSaid()).toMatch(/"code":"reconciliation-pass".*"missing":[1-9]/);
  });

  it('costs the sender no more than without faults', () => {
    const { perBatch, functions } = result.operations;

    expect(perBatch.mailgunCalls).toBe(1);
    expect(perBatch.writeUnits).toBeLessThanOrEqual(20);
    expect(Object.values(functions).filter(({ errors }) => errors > 0)).toEqual([]);
  });

  it('tells nobody an address', () => {
    const said = start.everythingSaid().toLowerCase();

    expect(said).not.toMatch(/@(?!mg\.)([a-z]+\.)*example\./);
  });
});
