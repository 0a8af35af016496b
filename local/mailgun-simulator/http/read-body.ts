import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { refusal } from './call';

const unzip = promisify(gunzip);

/** 52.4 MiB: what Mailgun reads of one request, decompressed. */
const MAX_BODY_BYTES = Math.floor(52.4 * 1024 * 1024);

/**
 * Reads a request to its end, and decompresses it.
 *
 * @throws {Refusal} 413 for more than Mailgun reads; 400 for what is not gzip though it says so.
 * @throws when the connection ends before the request does.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // What is too much is read and thrown away: a client that still writes can't read an answer.
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (bytes > MAX_BODY_BYTES) throw tooLarge();

  const body = Buffer.concat(chunks);
  if (request.headers['content-encoding']?.toLowerCase() !== 'gzip') return body;
  try {
    return await unzip(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw refusal(400, 'unable to parse request: invalid gzip');
  }
}

function tooLarge() {
  return refusal(413, 'request size exceeds 52.4MiB limit');
}
