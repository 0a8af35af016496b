import { join } from 'node:path';
import { venvProgram } from './python';
import { ROOT, runCommand } from './run-command';

/** Keys of an IAM user. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What an HTTP call got. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A client of the deployment that shares no code with it: boto3. */
export class ForeignClient {
  constructor(private readonly environment: Readonly<Record<string, string>>) {}

  /**
   * Runs one command of `foreign_client.py`.
   *
   * @throws {Error} with Python's own words.
   */
  async run<Result>(command: string, request: object): Promise<Result> {
    const { code, stdout, output } = await runCommand(
      [venvProgram('python'), join(ROOT, 'test/deploy/foreign_client.py'), command],
      { environment: this.environment, input: JSON.stringify(request), withinMs: 120_000 },
    );
    if (code !== 0) throw new Error(`${command} ended with ${String(code)}:\n${output}`);
    return JSON.parse(stdout) as Result;
  }

  /** Calls an API; unsigned without credentials. */
  call(
    method: 'GET' | 'POST',
    url: string,
    { credentials, body }: { credentials?: Credentials; body?: object } = {},
  ): Promise<Answer> {
    const caBundle = this.environment['AWS_CA_BUNDLE'];
    return this.run('call', { method, url, credentials, body, caBundle });
  }
}
