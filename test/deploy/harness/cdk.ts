import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, runCommand, type Outcome } from './run-command';

/** Outputs of a deployment, of both stacks together. */
export type StackOutputs = Readonly<Record<string, string>>;

/** What is deployed, and where its files may go. */
export interface CdkApp {
  readonly stage: string;
  readonly mailgunUrl: string;
  /** Folder for the assembly and the outputs. */
  readonly directory: string;
  /** @default - this project as it stands */
  readonly project?: string;
}

/** The CDK's own command line, pointed at an emulator. */
export class Cdk {
  constructor(private readonly environment: Readonly<Record<string, string>>) {}

  /** `cdk bootstrap`, with the roles and policies a real account gets. */
  bootstrap(): Promise<Outcome> {
    return this.run(ROOT, ['bootstrap', 'aws://000000000000/us-east-1']);
  }

  /**
   * `cdk deploy --all`.
   *
   * @throws {Error} with what the CLI printed.
   */
  async deploy(app: CdkApp): Promise<StackOutputs> {
    const file = join(app.directory, 'outputs.json');
    const assembly = join(app.directory, 'cdk.out');
    const { code, output } = await this.run(app.project ?? ROOT, [
      ...['deploy', '--all', '--require-approval', 'never'],
      ...['--output', assembly, '--outputs-file', file, ...appOptions(app)],
    ]);
    if (code !== 0) throw new Error(`cdk deploy ended with ${String(code)}:\n${output}`);

    const stacks = JSON.parse(await readFile(file, 'utf8')) as Record<string, StackOutputs>;
    return Object.assign({}, ...Object.values(stacks)) as StackOutputs;
  }

  /** `cdk destroy --all`, of what was deployed last. */
  destroy(app: CdkApp): Promise<Outcome> {
    const assembly = join(app.directory, 'cdk.out');
    return this.run(ROOT, ['destroy', '--all', '--force', '--app', assembly]);
  }

  private run(project: string, command: readonly string[]): Promise<Outcome> {
    return runCommand(['node_modules/.bin/cdk', ...command, '--progress', 'events', '--ci'], {
      directory: project,
      environment: { ...this.environment, CI: 'true' },
      withinMs: 240_000,
    });
  }
}

function appOptions({ stage, mailgunUrl }: CdkApp): string[] {
  const app = 'node_modules/.bin/node --import tsx test/deploy/app.ts';
  return ['--app', app, '-c', `stage=${stage}`, '-c', `mailgunUrl=${mailgunUrl}`];
}
