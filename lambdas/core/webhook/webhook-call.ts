import { nestsDeeperThan, objectOf, textOf, type JsonObject } from '../json';
import { isAmbiguous } from './ambiguous-json';
import type { WebhookSignature } from './signature';

/** One HTTP request from someone who claims to be Mailgun. */
export interface WebhookCall {
  readonly body: string | undefined;
  readonly isBase64Encoded: boolean;
  /** Media type as it was sent. */
  readonly contentType: string | undefined;
}

/** Why a call is not a webhook call at all, whoever made it. */
export type MalformedReason =
  | 'body-missing'
  | 'body-too-large'
  | 'body-not-utf8'
  | 'legacy-form'
  | 'body-not-json'
  | 'body-too-deep'
  | 'body-ambiguous'
  | 'signature-missing'
  | 'signature-malformed'
  | 'event-data-missing';

/** What a call says, before anything in it is believed. */
export type ReadCall =
  | {
      readonly outcome: 'read';
      readonly signature: WebhookSignature;
      /** `event-data` as it came: an object, of which nothing else is known. */
      readonly eventData: JsonObject;
    }
  | { readonly outcome: 'malformed'; readonly reason: MalformedReason };

/** Largest body accepted, in bytes. Mailgun's are 1 to 6 KB. */
export const MAX_BODY_BYTES = 256 * 1024;

/** Deepest nesting accepted. Mailgun's is 5. */
export const MAX_DEPTH = 32;

// Ten digits reach from 2001 to 2286. A fixed length leaves one place only where the timestamp ends
// and the token begins, although they are signed without a separator.
const TIMESTAMP = /^\d{10}$/;
const TOKEN = /^[\x21-\x7e]{1,128}$/;
const SIGNATURE = /^[0-9a-f]{64}$/i;

/**
 * Reads a webhook call. Of the event nothing is looked at but that it can be read in one way only: one
 * that is not known, or has fields that are not known, is read like any other.
 *
 * @returns the signature and the event, or why it can't be a webhook call. Never throws.
 */
export function readWebhookCall(call: WebhookCall): ReadCall {
  const text = textOfBody(call);
  if (typeof text !== 'string') return text;

  const envelope = objectOf(parse(text));
  if (envelope === undefined) return malformed('body-not-json');
  if (nestsDeeperThan(envelope, MAX_DEPTH)) return malformed('body-too-deep');
  if (isAmbiguous(text)) return malformed('body-ambiguous');

  const block = objectOf(envelope.signature);
  if (block === undefined) return malformed('signature-missing');
  const signature = readSignature(block);
  if (signature === undefined) return malformed('signature-malformed');

  const eventData = objectOf(envelope['event-data']);
  if (eventData === undefined) return malformed('event-data-missing');

  return { outcome: 'read', signature, eventData };
}

function textOfBody(call: WebhookCall): string | ReadCall {
  if (typeof call.body !== 'string' || call.body === '') return malformed('body-missing');

  const encoding = call.isBase64Encoded ? 'base64' : 'utf8';
  if (Buffer.byteLength(call.body, encoding) > MAX_BODY_BYTES) return malformed('body-too-large');
  // Webhooks from before 2018. Mailgun stopped sending them; one that comes is somebody else's.
  if (/form-data|form-urlencoded/i.test(call.contentType ?? '')) return malformed('legacy-form');

  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(call.body, encoding));
  } catch {
    return malformed('body-not-utf8');
  }
}

/** The error of `JSON.parse` quotes what it was given, so it goes no further. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readSignature(block: JsonObject): WebhookSignature | undefined {
  // Sent as text by Mailgun; a number is the same digits.
  const timestamp = typeof block.timestamp === 'number' ? `${block.timestamp}` : block.timestamp;
  const fields = [textOf(timestamp), textOf(block.token), textOf(block.signature)];
  const [time = '', token = '', signature = ''] = fields;
  if (!TIMESTAMP.test(time) || !TOKEN.test(token) || !SIGNATURE.test(signature)) return undefined;

  // What is not of the shape could not verify: it is as good as none.
  const parent = textOf(block['parent-signature']);
  return parent !== undefined && SIGNATURE.test(parent)
    ? { timestamp: time, token, signature, parentSignature: parent }
    : { timestamp: time, token, signature };
}

const malformed = (reason: MalformedReason): ReadCall => ({ outcome: 'malformed', reason });
