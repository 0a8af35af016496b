// SQS, SNS and S3 in a thread of their own, by fauxqs.
import { parentPort, workerData } from 'node:worker_threads';
import { announce, openCounters } from './counters.mjs';

const { buildApp } = await import('fauxqs');
// fauxqs exports only its entry. Its stores are reached beside it, because queue URLs and message
// groups of standard queues can't be had otherwise; the version is pinned exactly.
const besideEntry = (file) => import(new URL(file, import.meta.resolve('fauxqs')).href);
const { SqsStore } = await besideEntry('./sqs/sqsStore.js');
const { SnsStore } = await besideEntry('./sns/snsStore.js');
const { S3Store } = await besideEntry('./s3/s3Store.js');

// It refuses what UTF-16 writes as two units, an emoji for one; SQS takes every character of XML 1.0.
const { INVALID_MESSAGE_BODY_CHAR } = await besideEntry('./sqs/sqsTypes.js');
const NOT_ALLOWED = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
INVALID_MESSAGE_BODY_CHAR.test = (text) => NOT_ALLOWED.test(text);

/** Message groups by the attributes object of the request that named them. */
const groupOf = new WeakMap();

/** fauxqs drops the message group on standard queues, where SQS keeps it (fair queues). */
class FairSqsStore extends SqsStore {
  createQueue(...args) {
    const queue = super.createQueue(...args);
    const enqueue = queue.enqueue.bind(queue);
    queue.enqueue = (message) => {
      message.messageGroupId ??= groupOf.get(message.messageAttributes);
      enqueue(message);
    };
    return queue;
  }
}

const sqsStore = new FairSqsStore();
// Without a host of its own, fauxqs builds queue URLs from the request's: 127.0.0.1 with the port.
sqsStore.host = '';

const app = buildApp({
  logger: false,
  defaultRegion: workerData.region,
  stores: { sqsStore, snsStore: new SnsStore(), s3Store: new S3Store() },
});
const count = openCounters(workerData.counters);

app.addHook('preHandler', (request, _reply, done) => {
  const { authorization, 'x-amz-target': target } = request.headers;
  const body = request.body;
  if (typeof target === 'string' && target.startsWith('AmazonSQS.')) {
    count(authorization, `sqs.${target.slice('AmazonSQS.'.length)}`);
    for (const message of body?.Entries ?? [body]) rememberGroup(message);
  } else if (typeof body?.Action === 'string') {
    count(authorization, `sns.${body.Action}`);
  } else if (request.url !== '/health' && !request.url.startsWith('/_fauxqs/')) {
    count(authorization, 's3.requests');
  }
  done();
});

function rememberGroup(message) {
  if (message?.MessageGroupId === undefined) return;
  message.MessageAttributes ??= {};
  groupOf.set(message.MessageAttributes, message.MessageGroupId);
}

await announce(parentPort, async () => {
  const address = await app.listen({ port: workerData.port, host: '127.0.0.1' });
  return Number(new URL(address).port);
});
