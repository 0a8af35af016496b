import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The command can't be carried out as it was given: what was received, and what is expected. */
export class UsageError extends Error {}

/** Somebody pressed Ctrl-C, or closed the input, at a question. */
export class Interrupted extends Error {}

/** A command of the project. */
export interface Command {
  /** How it is called, for `--help` and after a {@link UsageError}; ends with a line break. */
  readonly usage: string;
  /** @returns the exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
  /**
   * What to do after an error, in a line.
   *
   * @default - only the error is shown
   */
  readonly advice?: string;
}

/** Exit codes: an error, arguments that make no sense, and an end by Ctrl-C. */
const FAILED = 1;
const MISUSE = 2;
const INTERRUPTED = 130;

/** An option with a text, and one without. */
export const TEXT = { type: 'string' } as const;
export const FLAG = { type: 'boolean' } as const;

/** Shows a line of what the command was asked for. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Carries out a command with the arguments of this process. Errors are shown by their text alone. */
export function runCommand(command: Command): void {
  void exitCodeOf(command, process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}

/**
 * Reads options.
 *
 * @throws {UsageError} naming the option that makes no sense. Values are not quoted: one may be a key.
 */
export function readOptions<const Config extends Omit<ParseArgsConfig, 'args'>>(
  args: readonly string[],
  config: Config,
) {
  try {
    return parseArgs({ ...config, args: [...args] });
  } catch (error) {
    throw new UsageError(misuseIn(error as Error));
  }
}

/** What of Node's message holds nothing but the name of an option. */
function misuseIn({ message }: Error): string {
  const named = /^(Unknown option|Option) '--?[a-z-]+(, --[a-z-]+)?( <value>)?'[a-z ]*/.exec(
    message,
  );
  return named?.[0] ?? 'received arguments nobody knows';
}

async function exitCodeOf(
  { usage, run, advice }: Command,
  args: readonly string[],
): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    return await run(args);
  } catch (error) {
    if (error instanceof Interrupted) {
      process.stderr.write('interrupted: nothing was written\n');
      return INTERRUPTED;
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof UsageError) {
      process.stderr.write(`\n${usage}`);
      return MISUSE;
    }
    process.stderr.write(advice === undefined ? '' : `${advice}\n`);
    return FAILED;
  }
}
