import type { Message, Recipient } from '../../client/send-request';
import { PermanentError } from '../core/errors';
import type { MessageFields } from '../core/submission/send-outcome';
import type { MessageOptions } from './message-options';
import { variablesOf, type VariableUse } from './recipient-variables';

/** Mailgun's limit on a message, in bytes. @see docs/mailgun.md, "Limits" */
export const MAX_MESSAGE_BYTES = 25 * 1_048_576;

/** A recipient with the address it is mailed at. */
export interface Addressee {
  readonly recipient: Recipient;
  /** Normalised addr-spec. */
  readonly address: string;
}

/** What one call is made from, options apart. */
export interface ComposeInput {
  readonly message: Message;
  readonly addressees: readonly Addressee[];
  readonly variables: VariableUse;
  readonly hasRefs: boolean;
}

/**
 * Writes the fields of one call to Mailgun. Every recipient has an entry in `recipient-variables`:
 * without it each would see all the others in the `To` header.
 *
 * @throws {PermanentError} `message-too-large`, with the limit and by how much it is passed.
 */
export function composeMessage(input: ComposeInput, options: MessageOptions): MessageFields {
  const { message, addressees, variables, hasRefs } = input;
  const { from, subject, text, html, ampHtml, template } = message;
  assertSize(message);

  const recipientVariables = Object.fromEntries(
    addressees.map(({ recipient, address }) => [
      address,
      variablesOf(recipient, variables, hasRefs),
    ]),
  );
  return {
    from,
    to: addressees.map(mailbox).join(', '),
    ...(subject === undefined ? {} : { subject }),
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    ...(ampHtml === undefined ? {} : { 'amp-html': ampHtml }),
    ...(template === undefined ? {} : { template: template.name }),
    'recipient-variables': JSON.stringify(recipientVariables),
    ...options,
  };
}

function contentBytes({ subject, text, html, ampHtml }: Message): number {
  return [subject, text, html, ampHtml]
    .map((part) => Buffer.byteLength(part ?? ''))
    .reduce((sum, part) => sum + part, 0);
}

function assertSize(message: Message): void {
  const bytes = contentBytes(message);
  if (bytes <= MAX_MESSAGE_BYTES) return;
  throw new PermanentError(
    'message-too-large',
    `message: received ${bytes} bytes of content, allowed are ${MAX_MESSAGE_BYTES} (${bytes - MAX_MESSAGE_BYTES} too many)`,
  );
}

/**
 * How large a call would be, without making it: with many keys, what each recipient is given for
 * all of them can be far more than the request they came in.
 *
 * @returns bytes of the content and of all that is said for each recipient, to within a few a
 *   recipient.
 */
export function callBytes({ message, addressees, variables, hasRefs }: ComposeInput): number {
  const keysBytes = variables.keys.reduce((sum, key) => sum + key.length + '"":"",'.length, 0);
  const recipientsBytes = addressees.map(({ recipient, address }) => {
    const values = Object.values(recipient.variables ?? {});
    const valuesBytes = values.reduce<number>((sum, value) => sum + jsonBytes(value), 0);
    const refBytes = hasRefs ? jsonBytes(recipient.ref ?? '') + '"_ref":,'.length : 0;
    return keysBytes + valuesBytes + refBytes + 2 * address.length + (recipient.name?.length ?? 0);
  });
  return contentBytes(message) + recipientsBytes.reduce((sum, bytes) => sum + bytes, 0);
}

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** RFC 5322 mailbox; the name as a quoted string, so that nothing in it has a meaning. */
function mailbox({ recipient: { name }, address }: Addressee): string {
  if (name === undefined || name === '') return address;
  return `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`;
}
