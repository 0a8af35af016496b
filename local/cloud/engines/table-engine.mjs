// DynamoDB in a thread of its own, by dynalite, on disk: a campaign's events would fill the memory.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import { announce, openCounters } from './counters.mjs';

// dynalite ends the streams it reads with by `return` of their iterators, which LevelDB's do not have:
// none was closed, and each kept every file and every block of writes of its time for good.
const { Level } = createRequire(import.meta.resolve('dynalite'))('level');
for (const kind of ['keys', 'values']) {
  const iterate = Level.prototype[kind];
  Level.prototype[kind] = function closable(options) {
    const iterator = iterate.call(this, options);
    iterator.return = () => iterator.close();
    return iterator;
  };
}
// Of up to a thousand files LevelDB maps all into memory; this way it is 64 files of 1 MB at most.
const open = Level.prototype._open;
Level.prototype._open = function openBounded(options) {
  return open.call(this, { ...options, maxOpenFiles: 74, maxFileSize: 1024 * 1024 });
};

const engine = dynalite({
  path: workerData.directory,
  createTableMs: 0,
  deleteTableMs: 0,
  updateTableMs: 0,
});
const [handle] = engine.listeners('request');
const count = openCounters(workerData.counters);

const CAPACITY_WANTED = '{"ReturnConsumedCapacity":"TOTAL"';
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']);

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('error', () => response.destroy());
  request.on('end', () => answer(request, response, Buffer.concat(chunks)));
});
server.keepAliveTimeout = 60_000;

/** Lets the engine answer, with its consumed capacity asked for and counted. */
function answer({ method, url, headers }, response, body) {
  const action = String(headers['x-amz-target'] ?? '').split('.')[1];
  if (READS.has(action) || WRITES.has(action)) {
    count(headers.authorization, 'dynamodb.requests');
    const end = response.end.bind(response);
    response.end = (text) => {
      const units = consumedUnits(text, response.statusCode);
      const counter = READS.has(action) ? 'dynamodb.readUnits' : 'dynamodb.writeUnits';
      if (units > 0) count(headers.authorization, counter, units);
      return end(text);
    };
    body = askForCapacity(body);
  }
  handle(replayed({ method, url, headers }, body), response);
}

function askForCapacity(body) {
  const text = body.toString();
  if (!text.startsWith('{') || text.includes('"ReturnConsumedCapacity"')) return body;
  return Buffer.from(CAPACITY_WANTED + (/^\{\s*\}$/.test(text) ? '}' : `,${text.slice(1)}`));
}

/**
 * @param {string} text a response of the engine
 * @returns its capacity units. A write refused by its condition is billed by AWS but not reported: one unit.
 */
function consumedUnits(text, status) {
  if (status === 200) {
    const { ConsumedCapacity } = JSON.parse(text);
    return [ConsumedCapacity ?? []]
      .flat()
      .reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
  }
  return text.includes('ConditionalCheckFailedException') ? 1 : 0;
}

/** The request as the engine reads it: dynalite listens for `data` and `end`, and nothing else. */
function replayed(request, body) {
  return {
    ...request,
    on(event, listener) {
      if (event === 'data' && body.length > 0) listener(body);
      if (event === 'end') listener();
      return this;
    },
    removeAllListeners() {
      return this;
    },
  };
}

await announce(
  parentPort,
  () =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(workerData.port, '127.0.0.1', () => resolve(server.address().port));
    }),
);
