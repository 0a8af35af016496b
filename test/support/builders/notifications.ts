import type { DeliveryEventNotice } from '../../../lambdas/core/notification/delivery-event-notice';
import type { NotificationOf } from '../../../lambdas/core/notification/notification';

/** A notification with every kind of member. */
export const aNotification = (
  fields: Partial<NotificationOf<'domain.held'>> = {},
): NotificationOf<'domain.held'> => ({
  version: 1,
  type: 'domain.held',
  at: '2026-02-03T19:20:32.000Z',
  ...{ accountId: 'acme', campaignId: 'spring-sale', batchId: '000001', domain: 'mg.example.com' },
  reason: 'hourly limit',
  details: { until: '2026-02-03T20:00:00.000Z' },
  ...fields,
});

/** A delivery event as it is published. */
export const aNotice = (fields: Partial<DeliveryEventNotice> = {}): DeliveryEventNotice => ({
  version: 1,
  id: 'a'.repeat(50),
  type: 'delivery.delivered',
  ...{ accountId: 'acme', campaignId: 'spring-sale', batchId: '000001', domain: 'mg.example.com' },
  position: 0,
  occurredAt: '2026-02-03T19:20:31.658Z',
  ...fields,
});
