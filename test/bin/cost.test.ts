import { execFile } from 'node:child_process';

/** Runs the command as `npm run cost --` does. */
const run = (...args: readonly string[]) =>
  new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>(
    (resolve) => {
      const command = ['--import', 'tsx', 'bin/cost.ts', ...args];
      execFile(process.execPath, command, (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
    },
  );

it('itemises what the last stage costs, and what that comes to', async () => {
  const { code, stdout, stderr } = await run();

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Stage production, idle, US dollars a month/);
  expect(stdout).toMatch(/0\.40 +1 {2}AWS::SecretsManager::Secret/);
  expect(stdout).toMatch(/\n +\d\.\d\d {2}in all\n$/);
}, 60_000);

it.each([
  [['--help'], 0, 'stdout', /^Adds up what a stage costs/],
  [['one', 'two'], 2, 'stderr', /^stage: received 2, expected one\n/],
  [['--all'], 2, 'stderr', /^Unknown option '--all'\n/],
  [['nope'], 1, 'stderr', /^stage: received "nope", configured are .*\n$/],
] as const)(
  'explains itself where it gets %j, with exit code %i',
  async (args, expected, stream, words) => {
    const { code, ...output } = await run(...args);

    expect(code).toBe(expected);
    expect(output[stream]).toMatch(words);
  },
  30_000,
);
