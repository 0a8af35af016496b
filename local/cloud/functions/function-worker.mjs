// One execution environment of one function: loads its bundle once, then runs one event at a time.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

const { codeDirectory, handler: handlerPath, context: fixedContext } = workerData;

async function loadHandler() {
  const dot = handlerPath.lastIndexOf('.');
  const [module, name] = [handlerPath.slice(0, dot), handlerPath.slice(dot + 1)];
  const file = ['.mjs', '.cjs', '.js']
    .map((extension) => join(codeDirectory, module + extension))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`${module}.mjs, .cjs or .js is not in the bundle`);

  const bundle = await import(pathToFileURL(file).href);
  const handler = bundle[name] ?? bundle.default?.[name];
  if (typeof handler !== 'function') throw new Error(`${handlerPath} is not a function`);
  return handler;
}

const describe = (error) => ({
  errorType: error?.name ?? typeof error,
  errorMessage: error instanceof Error ? error.message : String(error),
});

/** What Lambda writes to the log of a function that failed. */
function logFailure(requestId, error) {
  const stack = error instanceof Error ? String(error.stack).split('\n') : [];
  const report = JSON.stringify({ ...describe(error), stack });
  process.stderr.write(`${requestId}\tERROR\tInvoke Error\t${report}\n`);
}

async function run(handler, { requestId, event, deadlineMs }) {
  const context = {
    ...fixedContext,
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    done() {},
    fail() {},
    succeed() {},
  };
  try {
    const result = await handler(JSON.parse(event), context);
    parentPort.postMessage({ requestId, result: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    logFailure(requestId, error);
    parentPort.postMessage({ requestId, error: describe(error) });
  }
}

try {
  const handler = await loadHandler();
  parentPort.on('message', (invocation) => void run(handler, invocation));
  parentPort.postMessage({ ready: true });
} catch (error) {
  logFailure('init', error);
  parentPort.postMessage({ initError: describe(error) });
}
