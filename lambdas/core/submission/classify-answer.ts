import type { Answer, TransportFault } from './answer';
import { messageIn, parsedObject, withoutAddresses } from './answer-text';
import { readWaitUntil } from './read-wait-until';
import type { SendOutcome } from './send-outcome';

const MUST_WAIT = /limit exceeded|try again after|sending too fast/i;
const LARGE_BATCH = /not allowed to send large batches|too many recipients/i;
const CANNOT_SEND =
  /not allowed to send|account (is )?(disabled|terminated|suspended)|domain (is )?disabled/i;
const ADDRESS_REFUSED = /^'?(to|cc|bcc)'? parameter is not a valid address/i;
// The request was damaged on its way: what Mailgun could not read, it did not take.
const DAMAGED = /malformed multipart|unable to parse request/i;
// What a gateway, a proxy or a firewall answers in Mailgun's place.
const PAGE_OR_NOTHING = /^\s*(<|$)/;

/**
 * Decides what a call came to. The status alone does not tell: limits come as 400, 420 and 429,
 * and 400 also stands for a bad address, bad content and a disabled account.
 *
 * @param nowMs when the answer arrived; milliseconds since the Unix epoch, UTC.
 * @see docs/mailgun.md, "Answers to a send"
 */
export function classifyAnswer(answer: Answer, nowMs: number): SendOutcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return classifySuccess(answer);
  if (status < 400 || status === 408 || status >= 500) {
    return { outcome: 'unknown', cause: `http-${status}` };
  }

  const text = messageIn(answer.body);
  const reason = `${status} ${withoutAddresses(text)}`.trim();
  if (status === 420 || status === 429 || MUST_WAIT.test(text)) {
    return { outcome: 'domainMustWait', untilMs: readWaitUntil(answer, text, nowMs), reason };
  }
  if (LARGE_BATCH.test(text)) return { outcome: 'tooLarge', limit: 'recipients', reason };
  if (status === 413) return { outcome: 'tooLarge', limit: 'bytes', reason };
  if ([401, 402, 403, 404].includes(status) || CANNOT_SEND.test(text)) {
    return { outcome: 'domainCannotSend', reason };
  }
  if (ADDRESS_REFUSED.test(text)) return { outcome: 'addressRefused', reason };
  if (DAMAGED.test(text)) return { outcome: 'notSent', network: false, reason };
  // Final, so it takes Mailgun's word: JSON, or plain text at least.
  return PAGE_OR_NOTHING.test(answer.body)
    ? { outcome: 'unknown', cause: `http-${status}-without-word` }
    : { outcome: 'contentRefused', reason };
}

/** Decides what a call came to that brought no complete answer. */
export function classifyFault(fault: TransportFault): SendOutcome {
  return fault.sent === 'notSent'
    ? { outcome: 'notSent', network: true, reason: fault.code }
    : { outcome: 'unknown', cause: fault.code };
}

function classifySuccess({ status, body }: Answer): SendOutcome {
  const id = parsedObject(body)?.['id'];
  if (typeof id !== 'string' || !/^<?[^<>\s]+>?$/.test(id)) {
    // An empty, truncated or foreign body behind a success proves nothing either way.
    return { outcome: 'unknown', cause: `http-${status}-without-id` };
  }
  return { outcome: 'taken', messageId: id.replace(/^<|>$/g, '') };
}
