import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ControlsTable } from '../lambdas/adapters/dynamodb/controls-table';
import {
  SqsDeadLetterSource,
  type RedriveQueues,
} from '../lambdas/adapters/sqs/dead-letter-source';
import { redrive } from '../lambdas/core/dead-letter/redrive';
import { runCommand, say } from './command';
import { readRequest, USAGE, type NamedQueue } from './redrive-options';
import { findTarget } from './redrive-target';

async function run(args: readonly string[]): Promise<number> {
  const request = readRequest(args);
  if ('from' in request) {
    const { from: deadLetterQueueUrl, to: queueUrl } = request;
    await move(new SQSClient(), { deadLetterQueueUrl, queueUrl });
  } else {
    await moveAndFile(request);
  }
  return 0;
}

async function moveAndFile({ queue, reason, actor, ...request }: NamedQueue): Promise<void> {
  const target = await findTarget({ queue, reason, actor, ...request });
  const documents = DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...target.client?.('dynamodb') }),
  );
  // Before anything moves: a crash then leaves an entry too many, never one too few.
  await new ControlsTable(documents, target.controlsTableName).noteRedrive(queue, {
    ...{ reason, actor, atMs: Date.now() },
  });
  await move(new SQSClient({ ...target.client?.('sqs') }), target);
}

async function move(sqs: SQSClient, queues: RedriveQueues): Promise<void> {
  let told = 0;
  const { moved } = await redrive(
    new SqsDeadLetterSource(sqs, queues),
    { letters: Infinity, untilMs: Infinity },
    Date.now,
    (so) => {
      if (Math.floor(so / 100) === Math.floor(told / 100)) return;
      told = so;
      say(`${so} put back`);
    },
  );
  say(moved === 1 ? '1 dead letter put back' : `${moved} dead letters put back`);
}

runCommand({ usage: USAGE, run });
