import * as z from 'zod';

const EVENTS = [
  ...(['accepted', 'deferred', 'delivered', 'bounced', 'failed'] as const),
  ...(['complained', 'unsubscribed', 'opened', 'clicked', 'unknown'] as const),
].map((event) => `delivery.${event}` as const);

const CAUSES = [
  ...(['temporary', 'dead-mailbox', 'suppressed-bounce', 'suppressed-complaint'] as const),
  ...(['suppressed-unsubscribe', 'blocked', 'mailbox-full', 'expired'] as const),
  ...(['unreachable', 'other'] as const),
];

/**
 * What the service publishes on its topic of delivery events: the contract with subscribers. Members
 * may be added to a version, so what is not known is to be ignored.
 */
export const deliveryEventSchema = z.object({
  version: z.literal(1),
  id: z.string().describe('the same for every copy of an event'),
  type: z.enum(EVENTS),
  accountId: z.string(),
  campaignId: z.string(),
  batchId: z.string(),
  position: z.number().int().min(0).max(999).optional().describe('index in the batch, 0-based'),
  ref: z.string().optional().describe("the producer's own id of the recipient"),
  domain: z.string().optional().describe('Mailgun sending domain'),
  occurredAt: z.iso.datetime().describe('ISO 8601, UTC'),
  machine: z
    .enum(['flagged', 'soon-after-delivery'])
    .optional()
    .describe('opened or clicked by a program'),
  testMode: z.literal(true).optional().describe('Mailgun only pretended to deliver'),
  cause: z.enum(CAUSES).optional().describe('why it was deferred, bounced or failed'),
  reason: z.string().optional().describe("Mailgun's word for it"),
  code: z.number().int().optional().describe("SMTP code of the receiver, or Mailgun's own"),
  enhancedCode: z.string().optional().describe('such as 5.1.1'),
});

/** What a subscriber of delivery events gets, as JSON. */
export type PublishedDeliveryEvent = z.infer<typeof deliveryEventSchema>;

/**
 * A delivery event as JSON Schema (draft 2020-12).
 *
 * @returns the text of `delivery-events.schema.json`, with a line break at its end.
 */
export function deliveryEventJsonSchema(): string {
  const schema = {
    title: 'Delivery event',
    description: 'What became of one recipient. Ignore members that are not known.',
    ...z.toJSONSchema(deliveryEventSchema, { io: 'input' }),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
