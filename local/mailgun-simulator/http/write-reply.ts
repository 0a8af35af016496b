import type { ServerResponse } from 'node:http';
import type { ApiFault } from '../faults/api-faults';
import type { Reply } from './call';

/** Sends an answer, the way a fault wants it sent. */
export function writeReply(response: ServerResponse, reply: Reply, fault: ApiFault = {}): void {
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
  const body = Buffer.from(text);
  response.writeHead(reply.status, {
    'content-type':
      typeof reply.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
    'content-length': body.length,
    ...reply.headers,
  });
  if (fault.truncatedBody === true) {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
  } else if (fault.trickleMs !== undefined) {
    trickle(response, body, fault.trickleMs);
  } else {
    response.end(body);
  }
}

function trickle(response: ServerResponse, body: Buffer, everyMs: number): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (response.destroyed || sent >= body.length) {
      clearInterval(timer);
      response.end();
      return;
    }
    response.write(body.subarray(sent, (sent += 1)));
  }, everyMs);
}
