import type { RecordedEvent } from '../../../lambdas/core/delivery-event/event-store';

/** An event as it is kept. */
export const aRecordedEvent = (fields: Partial<RecordedEvent> = {}): RecordedEvent => ({
  token: 'a'.repeat(50),
  bodyDigest: Buffer.alloc(16, 1),
  owner: {
    kind: 'ours',
    submission: { accountId: 'acme', campaignId: 'spring', batchId: '000001', path: '/' },
    position: 0,
  },
  type: 'delivered',
  providerEvent: 'delivered',
  providerId: 'bzIL2R2atMwbgPKijvhNJA',
  messageId: '20260203192030.53383e583ab41f62@mg.example.com',
  occurredAtMs: 1770146431658,
  receivedAtMs: 1770146432000,
  testMode: false,
  machine: false,
  machineReason: undefined,
  failure: undefined,
  fields: undefined,
  ...fields,
});
