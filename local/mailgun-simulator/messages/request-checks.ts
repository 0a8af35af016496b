import { refusal, type Refusal } from '../http/call';
import type { Form } from '../http/form';
import { readMailboxes, type Mailbox } from './addresses';
import { checkOptions } from './option-checks';
import { readRecipientVariables, type RecipientVariables } from './substitution';

/** Who a call is for, as it was given: duplicates are still in. */
export interface Recipients {
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
}

/** A call that has passed every check of its form. */
export interface CheckedMessage {
  readonly recipients: Recipients;
  /** `undefined` when the call is no batch: everyone sees everyone in `To`. */
  readonly variables: RecipientVariables | undefined;
}

const MAX_RECIPIENTS = 1000;
const MAX_OPTION_BYTES = 16 * 1024;
const MAX_MESSAGE_BYTES = 25 * 1024 * 1024;

/** What the checks know besides the form. */
export interface CheckContext {
  readonly nowMs: number;
  readonly scheduleHorizonDays: number;
  /** Whether a template of that name is stored for the domain. */
  hasTemplate(name: string): boolean;
}

/**
 * Checks a call of `/messages` as Mailgun does, with its texts.
 *
 * @throws {Refusal} for the first thing wrong.
 * @see Mailgun, "Sending", table of errors of `POST /v3/{domain}/messages`.
 */
export function checkMessage(form: Form, context: CheckContext): CheckedMessage {
  if (!form.has('from')) throw refusal(400, 'from parameter is missing');
  checkMailboxes(form, 'from');
  const recipients = checkRecipients(form);
  checkContent(form, context);
  return { recipients, variables: checkRest(form, context) };
}

/**
 * Checks a call of `/messages.mime`.
 *
 * @throws {Refusal} for the first thing wrong.
 */
export function checkMimeMessage(form: Form, context: CheckContext): CheckedMessage {
  const recipients = checkRecipients(form);
  if (!form.has('message')) throw refusal(400, 'message parameter is missing');
  if (!form.file('message')) throw refusal(400, "'message' parameter is not a file");
  return { recipients, variables: checkRest(form, context) };
}

function checkRecipients(form: Form): Recipients {
  if (!form.has('to')) throw refusal(400, 'to parameter is missing');
  const recipients = {
    to: checkMailboxes(form, 'to'),
    cc: checkMailboxes(form, 'cc'),
    bcc: checkMailboxes(form, 'bcc'),
  };
  if (recipients.to.length === 0) throw notAnAddress('to');
  const count = recipients.to.length + recipients.cc.length + recipients.bcc.length;
  if (count > MAX_RECIPIENTS) {
    throw refusal(400, `Too many recipients, max is ${String(MAX_RECIPIENTS)}`);
  }
  return recipients;
}

function checkMailboxes(form: Form, name: 'from' | 'to' | 'cc' | 'bcc'): readonly Mailbox[] {
  return form.texts(name).flatMap((text) => {
    const mailboxes = readMailboxes(text);
    if (mailboxes === undefined || (name === 'from' && mailboxes.length !== 1)) {
      throw notAnAddress(name);
    }
    return mailboxes;
  });
}

function notAnAddress(name: string): Refusal {
  return refusal(400, `'${name}' parameter is not a valid address. please check documentation`);
}

function checkContent(form: Form, context: CheckContext): void {
  const template = form.text('template');
  if (form.has('html') && template !== undefined) {
    throw refusal(400, "Only one parameters 'html' or 'template' is allowed");
  }
  if (!['text', 'html', 'amp-html', 'template'].some((name) => form.has(name))) {
    throw refusal(
      400,
      "Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified",
    );
  }
  // Mailgun's table of errors is silent about this one: the text is the simulator's own.
  if (template !== undefined && !context.hasTemplate(template)) {
    throw refusal(400, `template '${template}' not found`);
  }
}

function checkRest(form: Form, context: CheckContext): RecipientVariables | undefined {
  checkSizes(form);
  for (const name of form.prefixed('h:').keys()) {
    if (!/^[\x21-\x7e]+$/.test(name)) {
      throw refusal(400, `Header name must be pure ASCII: ${name}`);
    }
  }
  checkOptions(form, context);
  const text = form.text('recipient-variables');
  if (text === undefined) return undefined;

  const variables = readRecipientVariables(text);
  if (!variables) throw refusal(400, "'recipient-variables' parameter is not a valid JSON");
  return variables;
}

function checkSizes(form: Form): void {
  let optionBytes = 0;
  let messageBytes = 0;
  for (const [name, value] of form.fields) {
    const bytes = typeof value === 'string' ? Buffer.byteLength(value) : value.size;
    if (/^[ohvt]:/.test(name)) optionBytes += Buffer.byteLength(name) + bytes;
    if (name !== 'to' && name !== 'recipient-variables') messageBytes += bytes;
  }
  if (optionBytes > MAX_OPTION_BYTES) {
    throw refusal(
      400,
      'Send options (parameters starting with o:, h:, or v:) are limited to 16 kB total',
    );
  }
  // Documented is the limit, not the answer to it: the text is the simulator's own.
  if (messageBytes > MAX_MESSAGE_BYTES) throw refusal(413, 'message size exceeds 25MiB limit');
}
