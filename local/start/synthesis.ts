import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StartError } from './start-error';
import type { SynthesisAnswer, SynthesisRequest } from './synthesis-process';

/**
 * Synthesises the stacks in a process of its own: the CDK and its bundling hold up every signal
 * for seconds, and their memory would count as the mailer's.
 *
 * @param logPath where everything the CDK prints goes.
 * @returns how many stacks there are.
 * @throws {StartError} in one line, when the stacks can't be synthesised.
 */
export async function synthesizeApart(
  request: SynthesisRequest,
  logPath: string,
  signal: AbortSignal,
): Promise<number> {
  const child = fork(join(__dirname, 'synthesis-process.ts'), [], {
    execArgv: ['--import', pathToFileURL(require.resolve('tsx')).href],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = createWriteStream(logPath);
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  process.once('exit', kill);
  try {
    const answer = await answerOf(child, request);
    if ('stacks' in answer) return answer.stacks;
    throw new StartError(`can't synthesise: ${answer.problem} (see ${logPath})`);
  } finally {
    signal.removeEventListener('abort', kill);
    process.removeListener('exit', kill);
    log.end();
  }
}

function answerOf(child: ChildProcess, request: SynthesisRequest): Promise<SynthesisAnswer> {
  return new Promise((resolve) => {
    let answer: SynthesisAnswer = { problem: 'the process ended without an answer' };
    child.once('message', (message) => {
      answer = message as SynthesisAnswer;
    });
    child.once('error', ({ message }) => resolve({ problem: message }));
    child.once('exit', () => resolve(answer));
    child.send(request, () => undefined);
  });
}
