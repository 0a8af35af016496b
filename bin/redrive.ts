import { SQSClient } from '@aws-sdk/client-sqs';
import { SqsDeadLetterSource } from '../lambdas/adapters/sqs/dead-letter-source';
import { redrive } from '../lambdas/core/dead-letter/redrive';
import { UsageError } from './deployment';
import { readTarget, USAGE } from './redrive-options';

/** Exit code for arguments that make no sense. */
const MISUSE = 2;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    say(USAGE);
    return 0;
  }
  const { client, ...queues } = readTarget(args);
  const source = new SqsDeadLetterSource(new SQSClient({ ...client }), queues);
  let told = 0;
  const { moved } = await redrive(
    source,
    { letters: Infinity, untilMs: Infinity },
    Date.now,
    (so) => {
      if (Math.floor(so / 100) === Math.floor(told / 100)) return;
      told = so;
      say(`${so} put back`);
    },
  );
  say(moved === 1 ? '1 dead letter put back' : `${moved} dead letters put back`);
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isMisuse = error instanceof UsageError;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(isMisuse ? `${message}\n\n${USAGE}` : `${message}\n`);
    process.exitCode = isMisuse ? MISUSE : 1;
  },
);
