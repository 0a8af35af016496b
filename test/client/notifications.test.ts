import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  notificationSchema,
  notificationSchemas,
  notificationsJsonSchema,
  type PublishedNotification,
} from '../../client/notifications';
import {
  deliveryEventJsonSchema,
  deliveryEventSchema,
  type PublishedDeliveryEvent,
} from '../../client/delivery-events';
import type { DeliveryEventNotice } from '../../lambdas/core/notification/delivery-event-notice';
import type { Notification } from '../../lambdas/core/notification/notification';

const read = (file: string) => readFileSync(join(__dirname, '../..', file), 'utf8');

/** Objects of the document that are written as JSON, by type. */
const examples = [...read('docs/notifications.md').matchAll(/^(\{"version".*\})$/gm)].map(
  ([, json = '']) => JSON.parse(json) as { readonly type: string },
);

/** Compiles only where each of two types is the other. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

it('publishes what the code sends, no more and no less', () => {
  const notifications: Same<Notification, PublishedNotification> = true;
  const deliveryEvents: Same<DeliveryEventNotice, PublishedDeliveryEvent> = true;

  expect([notifications, deliveryEvents]).toEqual([true, true]);
});

it.each([
  ['client/notifications.schema.json', notificationsJsonSchema],
  ['client/delivery-events.schema.json', deliveryEventJsonSchema],
])('is the current one: `npm run schema` writes %s', (file, write) => {
  expect(read(file)).toBe(write());
});

it.each(Object.keys(notificationSchemas))('has a definition and a document for %s', (type) => {
  const { $defs } = JSON.parse(notificationsJsonSchema()) as { $defs: Record<string, object> };

  expect($defs[type]).toMatchObject({ properties: { type: { const: type } } });
  expect(read('docs/notifications.md')).toContain(`\`${type}\``);
  expect(examples.map((example) => example.type)).toContain(type);
});

it.each(examples)('documents $type as it is', (example) => {
  const schema = example.type.startsWith('delivery.') ? deliveryEventSchema : notificationSchema;

  expect(schema.parse(example)).toEqual(example);
});

it.each([
  ['another version', { version: 2 }],
  ['no time', { at: undefined }],
  ['a type nobody knows', { type: 'campaign.dreamt' }],
  ['a member of another kind', { details: { until: 5 } }],
  ['no domain', { domain: undefined }],
])('refuses a notification with %s', (_what, fields) => {
  const held = examples.find(({ type }) => type === 'domain.held');

  expect(notificationSchema.safeParse(held).success).toBe(true);
  expect(notificationSchema.safeParse({ ...held, ...fields }).success).toBe(false);
});
