import { LocalCloudError } from './cloud/cloud-error';
import { HELP, readOptions } from './start/options';
import { run } from './start/run';
import { createScreen } from './start/screen';
import { StartError } from './start/start-error';

/** Somebody asked for the end. */
class Interruption extends Error {
  constructor(readonly signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.name = new.target.name;
  }
}

const EXIT_CODES: Partial<Record<NodeJS.Signals, number>> = {
  SIGINT: 130,
  SIGTERM: 143,
  SIGHUP: 129,
};

/** How long an orderly end may take before the end comes anyway; milliseconds. */
const LONGEST_END_MS = 8_000;

/** How soon the death of the shell that npm runs this in is noticed; milliseconds. */
const PARENT_CHECK_MS = 250;

async function main(args: readonly string[], end: AbortController): Promise<number> {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const screen = createScreen(options.json ? process.stderr : process.stdout);
  endOnSignals(end, () => screen.line('\nstopping; once more to stop at once'));
  return run({
    options,
    screen,
    signal: end.signal,
    onResult: (json) => written(process.stdout, `${json}\n`),
  });
}

/** The first signal asks for an orderly end, the second one gets any. */
function endOnSignals(end: AbortController, onFirst: () => void): void {
  const endOn = (signal: NodeJS.Signals) => {
    const code = EXIT_CODES[signal] ?? 1;
    if (end.signal.aborted) process.exit(code);
    onFirst();
    end.abort(new Interruption(signal));
    setTimeout(() => process.exit(code), LONGEST_END_MS).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => endOn(signal));
  }
  if (process.env['npm_lifecycle_event'] === undefined) return;
  onceOrphaned(() => {
    if (!end.signal.aborted) endOn('SIGTERM');
  });
}

/** npm runs a script in a shell, and a signal for npm ends that shell without reaching the script. */
function onceOrphaned(onOrphaned: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    onOrphaned();
  }, PARENT_CHECK_MS);
  watch.unref();
}

function codeOf(error: unknown, { reason }: AbortSignal): number {
  // Whatever failed after the end was asked for failed because of it.
  if (reason instanceof Interruption) return EXIT_CODES[reason.signal] ?? 1;
  if (error instanceof StartError || error instanceof LocalCloudError) {
    process.stderr.write(`campaign-mailgun: ${error.message}\n`);
    return 2;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : 'failed'}\n`);
  return 70;
}

const written = (stream: NodeJS.WriteStream, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });

const end = new AbortController();

// Whatever may still be running, a thread or a socket, ends here.
void main(process.argv.slice(2), end).then(
  (code) => process.exit(code),
  (error: unknown) => process.exit(codeOf(error, end.signal)),
);
