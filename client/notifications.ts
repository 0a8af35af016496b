import * as z from 'zod';

const accountId = z.string();
const domain = z.string().describe('Mailgun sending domain');
const reason = z.string().describe('for a person; may quote Mailgun');
const time = z.iso.datetime().describe('ISO 8601, UTC');
const details = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const campaign = { accountId, campaignId: z.string() };
const withBatch = { ...campaign, batchId: z.string(), domain };
const maybeWithBatch = {
  ...{ accountId: accountId.optional(), campaignId: z.string().optional() },
  ...{ batchId: z.string().optional(), domain: domain.optional() },
};
const byActor = { reason, details: z.object({ actor: z.string() }) };
const counted = { reason, details: z.object({ count: z.number().int().positive() }) };
const explained = { reason, details: details.optional() };
const count = z.number().int().nonnegative();
const healthTold = {
  reason,
  details: z.object({ errors: count, codes: z.string().describe('with commas between') }),
};

function notification<Type extends string, Shape extends z.core.$ZodLooseShape>(
  type: Type,
  when: string,
  shape: Shape,
) {
  return z
    .object({ version: z.literal(1), type: z.literal(type), at: time, ...shape })
    .describe(when);
}

/**
 * What the service publishes on its topic, by type: the contract with subscribers. Members may be
 * added to a version, so what is not known is to be ignored.
 */
export const notificationSchemas = {
  'campaign.paused': notification(
    'campaign.paused',
    'A campaign stopped: by a person (details.actor), or by the service (details: the numbers)',
    { ...maybeWithBatch, ...campaign, ...explained },
  ),
  'campaign.resumed': notification('campaign.resumed', 'A paused campaign sends again', {
    ...campaign,
    ...byActor,
  }),
  'campaign.cancelled': notification('campaign.cancelled', 'A campaign ended for good', {
    ...campaign,
    ...byActor,
  }),
  'campaign.warned': notification('campaign.warned', 'A rate is over its warning limit', {
    ...campaign,
    ...explained,
  }),
  'campaign.completed': notification('campaign.completed', 'Nothing of a campaign is pending', {
    ...campaign,
    reason: reason.optional(),
    details: details.optional(),
  }),
  'account.warned': notification('account.warned', "An account's rate is over its warning limit", {
    accountId,
    ...explained,
  }),
  'account.suspended': notification(
    'account.suspended',
    'No campaign of an account sends: by a person (details.actor), or by the service (details: the numbers)',
    { accountId, ...explained },
  ),
  'account.reinstated': notification('account.reinstated', 'An account may send again', {
    accountId,
    ...byActor,
  }),
  'breaker.opened': notification('breaker.opened', 'Calls to Mailgun fail; sending waits', {
    ...withBatch,
    reason,
    details: z.object({ calls: count, faults: count, until: time }),
  }),
  'breaker.closed': notification('breaker.closed', 'Mailgun answers again', {
    ...withBatch,
    details: z.object({ openSince: time }),
  }),
  'domain.held': notification('domain.held', "Mailgun's limits were met for more than an hour", {
    ...withBatch,
    reason,
    details: z.object({ until: time }),
  }),
  'domain.released': notification(
    'domain.released',
    'A hold that was told of is over (details.until), or a person unblocked a domain (details.actor)',
    {
      ...maybeWithBatch,
      domain,
      reason: reason.optional(),
      details: z.union([z.object({ until: time }), z.object({ actor: z.string() })]),
    },
  ),
  'domain.blocked': notification(
    'domain.blocked',
    'A domain sends nothing until a person unblocks it: refused by Mailgun, or blocked by a person (details.actor)',
    {
      ...maybeWithBatch,
      domain,
      reason,
      details: z
        .union([z.object({ queue: z.string() }), z.object({ actor: z.string() })])
        .optional(),
    },
  ),
  'domain.unhealthy': notification(
    'domain.unhealthy',
    "A domain's set-up at Mailgun or in the DNS has errors that are new",
    { domain, ...healthTold },
  ),
  'domain.healthy': notification('domain.healthy', 'The errors of a domain are mended', {
    domain,
    ...healthTold,
  }),
  'batch.parkedTooLong': notification('batch.parkedTooLong', 'Parked payloads will be dropped', {
    reason,
    details: z.object({ batches: count, parkedDays: count }),
  }),
  'batch.deadLettered': notification('batch.deadLettered', 'A send request was given up', {
    reason: reason.describe('its code, a colon, and what was received and expected'),
  }),
  'event.deadLettered': notification('event.deadLettered', 'Events could not be read', counted),
  'queue.redriven': notification('queue.redriven', 'A person had dead letters put back', {
    reason,
    details: z.object({ queue: z.string(), actor: z.string(), moved: count }),
  }),
  'batch.inDoubt': notification('batch.inDoubt', 'Only a person can tell what was sent', {
    ...withBatch,
    reason,
    details: z.object({ path: z.string(), recipients: count }),
  }),
  'reconciliation.repaired': notification(
    'reconciliation.repaired',
    'Events that never came by webhook were found at Mailgun',
    { ...maybeWithBatch, reason: reason.optional(), details: details.optional() },
  ),
  'reconciliation.unreadable': notification(
    'reconciliation.unreadable',
    "Mailgun's events can't be read",
    { ...maybeWithBatch, ...explained },
  ),
  'suppression.removed': notification('suppression.removed', 'An address may be mailed again', {
    domain,
    ...explained,
  }),
  'suppressions.syncFailed': notification(
    'suppressions.syncFailed',
    "Mailgun's suppression lists can't be read",
    { domain, ...explained },
  ),
  'webhook.refused': notification('webhook.refused', 'Webhook calls were not believed', explained),
};

const { 'campaign.paused': first, ...others } = notificationSchemas;

/** Any notification. */
export const notificationSchema = z.discriminatedUnion('type', [first, ...Object.values(others)]);

/** What a subscriber of the topic gets, as JSON. */
export type PublishedNotification = z.infer<
  (typeof notificationSchemas)[keyof typeof notificationSchemas]
>;

/**
 * The notifications as JSON Schema (draft 2020-12), one definition a type.
 *
 * @returns the text of `notifications.schema.json`, with a line break at its end.
 */
export function notificationsJsonSchema(): string {
  const definitions = Object.entries(notificationSchemas).map(([type, schema]) => {
    const { $schema: _, ...definition } = z.toJSONSchema(schema, { io: 'input' });
    return [type, definition] as const;
  });
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Notification',
    description: 'What the service publishes on its topic. Ignore members that are not known.',
    oneOf: definitions.map(([type]) => ({ $ref: `#/$defs/${type}` })),
    $defs: Object.fromEntries(definitions),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
