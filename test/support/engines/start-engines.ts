import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

declare global {
  var engineProcesses: ChildProcess[] | undefined;
}

/**
 * Starts the engines that contract suites run on, once for all test files: SQS, SNS and S3 by
 * fauxqs, DynamoDB by dynalite, or by the real DynamoDB Local with `ENGINE=dynamodb-local`.
 */
export default async function startEngines(): Promise<void> {
  const dynamoDb = process.env['ENGINE'] ?? 'dynalite';
  if (dynamoDb !== 'dynalite' && dynamoDb !== 'dynamodb-local') {
    throw new Error(`ENGINE: received "${dynamoDb}", allowed are "dynalite" and "dynamodb-local"`);
  }
  const [dynamoDbUrl, sqsUrl] = await Promise.all([startEngine(dynamoDb), startEngine('fauxqs')]);
  process.env['TEST_DYNAMODB_ENDPOINT'] = dynamoDbUrl;
  process.env['TEST_SQS_ENDPOINT'] = sqsUrl;
}

function startEngine(name: string): Promise<string> {
  const child = fork(join(process.cwd(), 'test/support/engines/engine-process.mjs'), [name]);
  (globalThis.engineProcesses ??= []).push(child);

  return new Promise((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url));
    child.once('exit', (code) => {
      reject(new Error(`engine ${name} ended with code ${String(code)} before it listened`));
    });
  });
}
