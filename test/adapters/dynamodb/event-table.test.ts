import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { EventTable } from '../../../lambdas/adapters/dynamodb/event-table';
import { normaliseEvent } from '../../../lambdas/core/delivery-event/normalise-event';
import type { EventOwner } from '../../../lambdas/core/delivery-event/event-store';
import { TransientError } from '../../../lambdas/core/errors';
import type { JsonObject } from '../../../lambdas/core/json';
import { recordedEvent } from '../../../lambdas/record-events/recorded-event';
import { aRecordedEvent } from '../../support/builders/recorded-events';
import { anEventData, webhookEvent } from '../../support/builders/webhooks';
import { itemSizeOf } from '../../support/item-size';

const NOW_MS = 1770146432_000;
const documents = mockClient(DynamoDBDocumentClient);
const events = new EventTable({
  client: DynamoDBDocumentClient.from(new DynamoDBClient({})),
  tableName: 'events',
  clock: () => NOW_MS,
  ttlDays: 30,
});

const putItem = () => documents.commandCalls(PutCommand)[0]!.args[0].input.Item!;

const LONGEST_ID = 'x'.repeat(64);
const ours: EventOwner = {
  kind: 'ours',
  submission: {
    ...{ accountId: LONGEST_ID, campaignId: LONGEST_ID, batchId: LONGEST_ID },
    path: '/0101010101',
  },
  position: 999,
};
const foreign: EventOwner = { kind: 'foreign', domain: 'd'.repeat(253) };

beforeEach(() => {
  documents.reset();
  documents.on(PutCommand).resolves({});
});

describe('EventTable', () => {
  it('stores what is known, and when it may be forgotten', async () => {
    await events.put(
      aRecordedEvent({
        type: 'bounced',
        providerEvent: 'failed',
        failure: {
          cause: 'dead-mailbox',
          reason: 'bounce',
          code: 550,
          enhancedCode: undefined,
          delayed: false,
        },
      }),
    );

    expect(putItem()).toEqual({
      pk: 'acme#spring#000001',
      sk: 'a'.repeat(50),
      v: 1,
      ttl: NOW_MS / 1000 + 30 * 86_400,
      bodyDigest: Buffer.alloc(16, 1),
      eventType: 'bounced',
      path: '/',
      recipientPosition: 0,
      providerEvent: 'failed',
      providerId: 'bzIL2R2atMwbgPKijvhNJA',
      messageId: '20260203192030.53383e583ab41f62@mg.example.com',
      occurredAtMs: 1770146431658,
      receivedAtMs: 1770146432000,
      cause: 'dead-mailbox',
      reason: 'bounce',
      code: 550,
    });
  });

  it('stores mail that is not ours under its domain', async () => {
    await events.put(aRecordedEvent({ owner: { kind: 'foreign', domain: 'mg.example.com' } }));

    expect(putItem()).toMatchObject({ pk: 'domain#mg.example.com', sk: 'a'.repeat(50) });
    expect(putItem()).not.toHaveProperty('path');
  });

  it.each<[string, EventOwner, JsonObject]>([
    ['a failure of ours', ours, { event: 'failed', severity: 'permanent' }],
    ['a failure of a stranger', foreign, { event: 'failed', severity: 'permanent' }],
    ['an unknown event of ours', ours, { event: 'u'.repeat(500) }],
    ['an unknown event of a stranger', foreign, { event: 'u'.repeat(500) }],
  ])('needs one write unit for %s, as large as it can be', async (_what, owner, fields) => {
    const filler = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [
        `f${'x'.repeat(20)}${'y'.repeat(index % 9)}`,
        index,
      ]),
    );
    const eventData = anEventData({
      ...filler,
      ...fields,
      id: 'i'.repeat(64),
      reason: 'r'.repeat(500),
      flags: { 'is-test-mode': true, 'is-delayed-bounce': true },
      message: { headers: { 'message-id': `${'0'.repeat(32)}@${'d'.repeat(222)}` } },
      'delivery-status': { code: 680, 'enhanced-code': '5.100.100', message: 'x'.repeat(5_000) },
    });
    const authentic = {
      ...{ token: 't'.repeat(128), signedAtMs: NOW_MS, receivedAtMs: NOW_MS },
      eventData,
    };

    await events.put(recordedEvent(authentic, normaliseEvent(eventData), owner));

    expect(itemSizeOf(putItem())).toBeLessThanOrEqual(1024);
  });

  it('stores no address, whatever the event says', async () => {
    const eventData = {
      ...webhookEvent('failed-permanent-bounce'),
      'ada@example.com': 1,
      event: 'for ada.lovelace@example.com',
      reason: 'ada.lovelace@example.com',
      id: 'ada.lovelace@example.com',
      message: { headers: { 'message-id': '1.ada.lovelace=example.com@list.example.org' } },
    };
    const authentic = { token: 't', signedAtMs: NOW_MS, receivedAtMs: NOW_MS, eventData };

    await events.put(recordedEvent(authentic, normaliseEvent(eventData), ours));

    expect(JSON.stringify(putItem())).not.toMatch(/@|lovelace/);
  });

  it('says that the event is not stored', async () => {
    documents.on(PutCommand).rejects(new Error('throttled'));

    await expect(events.put(aRecordedEvent())).rejects.toThrow(TransientError);
  });
});
