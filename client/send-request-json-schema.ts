import * as z from 'zod';
import { MAX_REQUEST_BYTES, sendRequestSchema } from './send-request';

/**
 * The send request as JSON Schema (draft 2020-12), for producers in other languages. One rule is
 * left to words, since JSON Schema can't measure bytes: the size of the whole.
 *
 * @returns the text of `send-request.schema.json`, with a line break at its end.
 */
export function sendRequestJsonSchema(): string {
  const schema = {
    title: 'Campaign send request',
    description: `One SQS message, at most ${MAX_REQUEST_BYTES} bytes of UTF-8.`,
    ...z.toJSONSchema(sendRequestSchema, { io: 'input' }),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
