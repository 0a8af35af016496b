/**
 * Opens the counters all threads share, for the engine of this thread.
 *
 * @param {{ memory: SharedArrayBuffer, columns: readonly string[] }} shared
 * @returns `add(authorization, counter, amount)`: attributes by the access key the caller signed with.
 */
export function openCounters({ memory, columns }) {
  const counts = new Float64Array(memory);
  const columnOf = new Map(columns.map((column, index) => [column, index]));
  const rows = counts.length / columns.length;

  /**
   * @param {string | undefined} authorization
   * @param {string} counter a name such as `sqs.SendMessage`; an action without a column of its own counts as `other`
   * @param {number} [amount]
   */
  return (authorization, counter, amount = 1) => {
    const digits = /Credential=LOCALCALLER(\d{9})\//.exec(authorization ?? '')?.[1];
    const caller = digits === undefined || Number(digits) >= rows ? 0 : Number(digits);
    const column = columnOf.get(counter) ?? columnOf.get(`${counter.split('.')[0]}.other`);
    if (column !== undefined) counts[caller * columns.length + column] += amount;
  };
}

/**
 * Tells the parent the port this engine listens on, or why it does not.
 *
 * @param {import('node:worker_threads').MessagePort} parentPort
 * @param {() => Promise<number>} listen
 */
export async function announce(parentPort, listen) {
  try {
    parentPort.postMessage({ port: await listen() });
  } catch (error) {
    parentPort.postMessage({ failure: { code: error.code, message: error.message } });
  }
}
