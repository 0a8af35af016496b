import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime, type FunctionProps } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** A directory of its own for one test. */
export const temporaryDirectory = (): string => mkdtempSync(join(tmpdir(), 'local-cloud-'));

/**
 * Synthesises a stack into a cloud assembly, as `cdk synth` does.
 *
 * @returns the assembly's directory.
 */
export function synthesized(define: (stack: Stack, app: App) => void): string {
  const app = new App({ outdir: join(temporaryDirectory(), 'cdk.out') });
  define(new Stack(app, 'Service'), app);
  // The CDK warns of templates that make no sense on AWS; some have to be exactly that here.
  const silence = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    return app.synth().directory;
  } finally {
    silence.mockRestore();
  }
}

/** Directory with a bundle of the given source, the AWS SDK included. */
export function bundled(source: string): string {
  const directory = temporaryDirectory();
  execFileSync(
    join(process.cwd(), 'node_modules/.bin/esbuild'),
    ['--bundle', '--platform=node', `--outfile=${join(directory, 'index.js')}`],
    { input: source, cwd: process.cwd(), stdio: ['pipe', 'ignore', 'ignore'] },
  );
  return directory;
}

/** Directory with the given source as it is. */
export function written(source: string, file = 'index.js'): string {
  const directory = temporaryDirectory();
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, file), source);
  return directory;
}

/** A function whose code lies in a directory. */
export function aFunction(
  scope: Construct,
  id: string,
  directory: string,
  properties: Partial<FunctionProps> = {},
): Function {
  return new Function(scope, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(directory),
    ...properties,
  });
}

/** Waits until `probe` gives something. */
export async function eventually<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  withinMs = 60_000,
): Promise<T> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > giveUpAt) throw new Error(`nothing within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
