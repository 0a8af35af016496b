import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The project's root folder. */
export const ROOT = join(__dirname, '../../..');

/** Makes a folder that goes with this run of the tests, however it ends. */
export function makeDirectory(name: string): Promise<string> {
  return mkdtemp(join(process.env['TEST_RUN_DIRECTORY'] ?? tmpdir(), `${name}-`));
}

/** How a command is run. */
export interface CommandOptions {
  /** @default - the project's root */
  readonly directory?: string;
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Removed when the command has ended. */
  readonly removing?: string;
}

/** A command that was run to its end. */
export interface Outcome {
  readonly code: number | null;
  /** Both outputs, as they came. */
  readonly output: string;
}

/** A command that runs until it is stopped. */
export interface RunningCommand {
  /**
   * Waits for a text.
   *
   * @returns what the pattern matched.
   * @throws {Error} with the end of the output, when the command ends or time is up before.
   */
  printed(pattern: RegExp, withinMs: number): Promise<RegExpMatchArray>;
  /** Everything it has printed. */
  output(): string;
  /** Ends it and everything it started. */
  stop(): Promise<void>;
}

/**
 * Starts a command that ends with this process, however that ends: `lifeline.py` holds the other end of
 * a pipe.
 */
export function startCommand(
  command: readonly string[],
  options: CommandOptions = {},
): RunningCommand {
  const child = spawnOnLifeline(command, options);
  let output = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const collect = (chunk: Buffer) => (output += chunk.toString());
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);

  return {
    output: () => output,
    printed: async (pattern, withinMs) => {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const match = pattern.exec(output);
        if (match !== null) return match;
        if (child.exitCode !== null || performance.now() > deadline) {
          throw new Error(`${command[0] ?? ''}: ${String(pattern)} was not printed:\n${output}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    stop: () => {
      child.stdin?.end();
      return ended;
    },
  };
}

/** Runs a command to its end; one that takes longer is ended, with code 124. */
export async function runCommand(
  command: readonly string[],
  { withinMs, input, ...options }: CommandOptions & { withinMs: number; input?: string },
): Promise<Outcome & { readonly stdout: string }> {
  const child = spawnOnLifeline(command, options, input !== undefined);
  let output = '';
  let stdout = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  if (input !== undefined) child.stdin?.end(input);

  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, withinMs, 'late').unref());
  const first = await Promise.race([ended, late]);
  if (first !== 'late') return { code: first, output, stdout };

  if (input === undefined) child.stdin?.end();
  else child.kill('SIGKILL');
  await ended;
  return { code: 124, output, stdout };
}

/** A command with an input of its own is short, and needs no lifeline. */
function spawnOnLifeline(
  command: readonly string[],
  { directory = ROOT, environment = {}, removing }: CommandOptions,
  ownInput = false,
): ChildProcess {
  const lifeline = [
    'python3',
    join(ROOT, 'test/deploy/lifeline.py'),
    ...(removing === undefined ? [] : ['--remove', removing]),
  ];
  const [program = '', ...rest] = ownInput ? command : [...lifeline, ...command];
  return spawn(program, rest, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
