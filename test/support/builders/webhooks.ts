import { createHmac } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../lambdas/core/json';

/** Key the payloads in `test/webhooks` are signed with. */
export const TEST_SIGNING_KEY = 'test-webhook-signing-key';

const FOLDER = join(__dirname, '../../webhooks');

/** The body of a webhook call as it is stored, byte for byte. */
export const webhookBody = (name: string): string =>
  readFileSync(join(FOLDER, `${name}.json`), 'utf8');

/** `event-data` of a stored webhook call. */
export const webhookEvent = (name: string): JsonObject =>
  (JSON.parse(webhookBody(name)) as { 'event-data': JsonObject })['event-data'];

/** Names of the stored webhook calls that start with a prefix. */
export const webhookNames = (prefix = ''): string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json') && file.startsWith(prefix))
    .map((file) => file.slice(0, -'.json'.length));

/** A signature block. */
export function aSignature({
  key = TEST_SIGNING_KEY,
  timestamp = '1770146432',
  token = 'a'.repeat(50),
} = {}) {
  const signature = createHmac('sha256', key)
    .update(timestamp + token)
    .digest('hex');
  return { timestamp, token, signature };
}

/** What Mailgun says about one recipient; a delivery unless told otherwise. */
export const anEventData = (fields: JsonObject = {}): JsonObject => ({
  event: 'delivered',
  id: 'bzIL2R2atMwbgPKijvhNJA',
  timestamp: 1770146431.6585283,
  recipient: 'ada@example.com',
  domain: { name: 'mg.example.com' },
  message: { headers: { 'message-id': '20260203192030.53383e583ab41f62@mg.example.com' } },
  tags: [],
  'user-variables': {},
  ...fields,
});

/** A permanent failure. */
export const aFailure = (fields: {
  readonly reason?: string;
  readonly status?: JsonObject | null;
  readonly flags?: JsonObject;
}): JsonObject =>
  anEventData({
    event: 'failed',
    severity: 'permanent',
    reason: fields.reason ?? 'bounce',
    'delivery-status': fields.status ?? null,
    flags: fields.flags ?? {},
  });
