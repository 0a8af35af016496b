import { readEnvelope, writeEnvelope } from '../../lambdas/adapters/s3/parked-envelope';
import { readEventMessage, writeEventMessage } from '../../lambdas/adapters/sqs/event-message';
import {
  readPublicationMessage,
  writePublicationMessage,
} from '../../lambdas/adapters/sqs/publication-message';
import {
  readReconcileMessage,
  writeReconcileMessage,
} from '../../lambdas/adapters/sqs/reconcile-message';
import { readGuardMessage, writeGuardMessage } from '../../lambdas/adapters/sqs/guard-message';
import {
  readReleaseMessage,
  writeReleaseMessage,
} from '../../lambdas/adapters/sqs/release-message';
import { readSyncMessage, writeSyncMessage } from '../../lambdas/adapters/sqs/sync-message';
import { parseRequest } from '../../lambdas/send-batch/parse-request';
import { aSendRequest } from '../support/builders/send-requests';
import { NOW } from './stores';

/** How one kind of message, or of stored text, is written and read today. */
export interface MessageKind {
  readonly write: () => string;
  readonly read: (body: string) => unknown;
}

const campaign = { accountId: 'acme', campaignId: 'spring-sale' };
const at = new Date(NOW).toISOString();

/** A send request with everything that one can say. */
const request = aSendRequest({
  campaign: { name: 'Spring sale', expectedRecipients: 10_000 },
  message: {
    from: 'Acme <news@mg.example.com>',
    replyTo: 'help@example.com',
    subject: 'Hi %recipient.first%',
    text: 'Dear %recipient.first%',
    html: '<p>Dear %recipient.first%</p>',
    ampHtml: '<html amp4email></html>',
    headers: { 'X-Sale': 'spring' },
    tags: ['spring'],
    tracking: { opens: true, clicks: 'htmlonly' },
    unsubscribe: { url: 'https://example.com/u?r=%recipient.first%' },
    deliverAt: '2026-12-02T09:00:00Z',
    requireTls: true,
    testMode: true,
  },
  recipients: [
    { email: 'ada@example.com', name: 'Ada', ref: 'crm-42', variables: { first: 'Ada' } },
    { email: 'bob@example.com' },
  ],
});

/** Every kind of message on a queue of the service, and the envelope of a parked one. */
export const MESSAGE_KINDS: Readonly<Record<string, MessageKind>> = {
  campaign: { write: () => JSON.stringify(request), read: parseRequest },
  event: {
    write: () =>
      writeEventMessage({
        ...{ token: 'a'.repeat(50), signedAtMs: NOW, receivedAtMs: NOW + 20 },
        eventData: { event: 'delivered', timestamp: NOW / 1000, recipient: 'ada@example.com' },
      }),
    read: readEventMessage,
  },
  release: {
    write: () =>
      writeReleaseMessage({
        ...{ scope: { scope: 'campaign', ...campaign }, after: 'parked/a/b', tells: true },
        findings: { unreadable: 1, parkedTooLong: 2 },
      }),
    read: readReleaseMessage,
  },
  reconcile: {
    write: () =>
      writeReconcileMessage({
        ...{ ...campaign, batchId: '000001', path: '/01', domain: 'mg.example.com' },
        ...{ messageId: 'a@mg.example.com', attempt: 1, calledAtMs: NOW, deliversFromMs: NOW },
      }),
    read: readReconcileMessage,
  },
  guard: {
    write: () =>
      writeGuardMessage({
        ...{ request: 'evaluate', dueAtMs: NOW },
        subject: { subject: 'campaign', campaign },
      }),
    read: readGuardMessage,
  },
  suppressionSync: {
    write: () =>
      writeSyncMessage({
        ...{ domain: 'mg.example.com', startedAtMs: NOW, step: 'complaint' },
        ...{ place: '/v3/mg.example.com/complaints?page=next', pages: 3, waits: 1 },
        ...{ notBeforeMs: NOW + 60_000, unread: [{ list: 'bounce', reason: '403' }] },
        counts: { entries: 2_000, unmailable: 1, written: 20, removed: 0 },
      }),
    read: readSyncMessage,
  },
  notification: {
    write: () =>
      writePublicationMessage({
        kind: 'notification',
        notification: {
          ...{ version: 1, type: 'campaign.resumed', at, ...campaign },
          ...{ reason: 'mended', details: { actor: 'grace' } },
        },
      }),
    read: readPublicationMessage,
  },
  parked: {
    write: () =>
      writeEnvelope({ body: '{}', groupId: 'acme', cause: 'campaign-paused', parkedAtMs: NOW }),
    read: readEnvelope,
  },
};
