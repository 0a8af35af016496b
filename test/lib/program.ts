import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** Runs `bin/campaign-mailgun.ts` as the CDK CLI does, and never rejects. */
export function runProgram(
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: unknown; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'bin/campaign-mailgun.ts'],
      { cwd: join(__dirname, '../..'), env: { ...process.env, ...environment } },
      (error, _stdout, stderr) => resolve({ code: error?.code ?? 0, stderr }),
    );
  });
}
