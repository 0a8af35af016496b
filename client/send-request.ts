import * as z from 'zod';

/** Recipients a batch may have: Mailgun takes at most 1,000 a call. */
export const MAX_RECIPIENTS = 1000;

/** Bytes a send request may have: the size limit of an SQS message. */
export const MAX_REQUEST_BYTES = 1_048_576;

// What these headers say is said by a field of the message, or is the sender's own business. A
// `Bcc` would be repeated for every recipient, and an `X-Mailgun-` header overrides what the
// sender sets: variables, tags, test mode.
const RESERVED_HEADERS = new Set([
  ...['from', 'sender', 'to', 'cc', 'bcc', 'reply-to', 'subject', 'date', 'message-id'],
  ...['list-unsubscribe', 'list-unsubscribe-post', 'mime-version', 'content-type'],
  'content-transfer-encoding',
]);

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ -');

// Nothing that may reach a header line can hold a line break or another control character.
const lineOrEmpty = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters');
const line = (max: number) => lineOrEmpty(max).min(1);

// JSON has no whole numbers beyond this that survive being read: an id would be mailed altered.
const exactNumber = z
  .number()
  .refine((number) => !Number.isInteger(number) || Number.isSafeInteger(number), {
    message: 'must be exact: a whole number beyond 2^53 has to be text',
  });

const recipientSchema = z.strictObject({
  email: z
    .string()
    .max(1024)
    .describe('addr-spec, without a display name; one that is no address is reported as invalid'),
  // An empty column of an export is no reason to refuse a batch.
  name: lineOrEmpty(256).optional().describe('display name'),
  ref: lineOrEmpty(128).optional().describe("the producer's own id of the recipient"),
  variables: z
    .record(
      z
        .string()
        .regex(
          /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
          'must be 1 to 64 of A-Z a-z 0-9 _ - and not begin with _ or -',
        ),
      z.union([z.string().max(16_384), exactNumber, z.boolean()]),
    )
    .optional()
    .describe('values for %recipient.<key>%; a key missing here is the empty string'),
});

const templateSchema = z.strictObject({
  name: line(256),
  version: line(256).optional(),
  renderText: z.boolean().optional().describe('also make the text part from the template'),
  variables: z.record(z.string(), z.json()).optional().describe('the same for every recipient'),
});

const trackingSchema = z.strictObject({
  opens: z.boolean().optional(),
  clicks: z.union([z.boolean(), z.literal('htmlonly')]).optional(),
});

const headerNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9!#$&'*+.^_`|~-]{1,128}$/, 'must be a header name of 1 to 128 characters')
  .refine((name) => !RESERVED_HEADERS.has(name.toLowerCase()) && !/^x-mailgun-/i.test(name), {
    message: 'must not be a header that another field or the sender sets',
  });

const messageSchema = z
  .strictObject({
    from: line(998).describe('address with an optional name, of the sending domain'),
    replyTo: line(998).optional(),
    subject: line(998).optional().describe('required unless a template provides it'),
    text: z.string().min(1).optional(),
    html: z.string().min(1).optional(),
    ampHtml: z.string().min(1).optional(),
    template: templateSchema.optional().describe('a template stored at Mailgun, instead of html'),
    headers: z.record(headerNameSchema, line(998)).optional(),
    tags: z
      .array(line(128).regex(/^[ -~]*$/, 'must be printable ASCII'))
      .max(10)
      .optional()
      .describe('the deployment may allow fewer'),
    tracking: trackingSchema.optional(),
    unsubscribe: z
      .union([
        z.literal('mailgun'),
        z.literal('none'),
        z.strictObject({ url: line(2048).regex(/^https:\/\//, 'must begin with https://') }),
      ])
      .optional()
      .describe('one-click unsubscribe (RFC 8058): by Mailgun, by an https URL of yours, or none'),
    deliverAt: z.iso.datetime().optional().describe('UTC; Mailgun holds the message until then'),
    requireTls: z.boolean().optional(),
    testMode: z.boolean().optional().describe('Mailgun accepts, charges and does not deliver'),
  })
  .refine((message) => message.html === undefined || message.template === undefined, {
    message: 'must not have both html and template',
    path: ['template'],
  })
  .refine(
    ({ text, html, ampHtml, template }) =>
      text !== undefined || html !== undefined || ampHtml !== undefined || template !== undefined,
    { message: 'must have text, html, ampHtml or template' },
  )
  .refine(({ subject, template }) => subject !== undefined || template !== undefined, {
    message: 'must have a subject unless a template provides it',
    path: ['subject'],
  })
  // The three rules again, for the JSON Schema: functions can't be translated.
  .meta({
    not: { required: ['html', 'template'] },
    allOf: [
      { anyOf: ['text', 'html', 'ampHtml', 'template'].map((part) => ({ required: [part] })) },
      { anyOf: [{ required: ['subject'] }, { required: ['template'] }] },
    ],
  });

/** One message on the campaign queue: up to 1,000 recipients of one campaign. */
export const sendRequestSchema = z.strictObject({
  version: z.literal(1),
  accountId: id,
  campaignId: id.describe('unique within the account'),
  batchId: id.describe('unique within the campaign: the idempotency key'),
  domain: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'must be a lower-case domain name')
    .describe('a Mailgun sending domain that the deployment is configured for'),
  campaign: z
    .strictObject({
      name: line(256).optional(),
      expectedRecipients: z.number().int().positive().optional(),
    })
    .optional()
    .describe('for progress and reports'),
  message: messageSchema,
  recipients: z.array(recipientSchema).min(1).max(MAX_RECIPIENTS),
});

/** A send request after it was checked. */
export type SendRequest = z.infer<typeof sendRequestSchema>;

/** What is sent to each recipient. */
export type Message = SendRequest['message'];

/** One address a batch intends to reach. */
export type Recipient = SendRequest['recipients'][number];
