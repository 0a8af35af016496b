import { NodeHttpHandler } from '@smithy/node-http-handler';

/** A connection within a region takes milliseconds. */
const CONNECT_WITHIN_MS = 2_000;

/**
 * What every client of an AWS service is made with, so that no call waits for ever: one that gets no
 * connection, no answer or no more of an answer in time is given up with a `TimeoutError`, and made
 * again by the SDK as after any other fault of the network. What it did may then be done twice, as
 * every write here allows.
 *
 * @param answerWithinMs how long an answer may take, in milliseconds.
 */
export function awsClientSettings(answerWithinMs = 5_000) {
  return {
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECT_WITHIN_MS,
      requestTimeout: answerWithinMs,
      // Without it the SDK only warns, and goes on waiting.
      throwOnRequestTimeout: true,
      // The one above ends with the first bytes; this is for the rest.
      socketTimeout: answerWithinMs,
    }),
  };
}
