import type { SubmissionKey } from '../../lambdas/core/campaign/keys';
import type { AuthenticEvent } from '../../lambdas/core/delivery-event/authentic-event';
import { normaliseAddress } from '../../lambdas/core/recipient/address';
import {
  POSITION_DIGEST_BYTES,
  recipientDigest,
} from '../../lambdas/core/recipient/recipient-digest';
import type { RecipientRecord } from '../../lambdas/core/recipient/recipient-records';
import type { JsonObject } from '../../lambdas/core/json';
import type { AcceptanceEvidence } from '../../lambdas/core/submission/acceptance-evidence';
import { correlationVariables } from '../../lambdas/core/submission/correlation';
import { createRecordEvents } from '../../lambdas/record-events/record-events';
import { writeEventMessage } from '../../lambdas/adapters/sqs/event-message';
import { anEventData } from '../support/builders/webhooks';
import { InMemoryDeadLetters } from '../support/fakes/in-memory-dead-letters';
import { InMemoryEventStore } from '../support/fakes/in-memory-event-store';
import { InMemoryGuardRequests } from '../support/fakes/in-memory-guard-requests';
import { InMemoryMessageIndex } from '../support/fakes/in-memory-message-index';
import { InMemoryRecipientRecords } from '../support/fakes/in-memory-recipient-records';
import { InMemorySecrets } from '../support/fakes/in-memory-secrets';
import { InMemoryAllowlist } from '../support/fakes/in-memory-allowlist';
import { InMemorySuppressionList } from '../support/fakes/in-memory-suppression-list';
import { InMemoryTallies } from '../support/fakes/in-memory-tallies';
import { InMemoryWatchList } from '../support/fakes/in-memory-watch-list';
import { RecordingLog } from '../support/fakes/recording-log';
import { RecordingNotifier } from '../support/fakes/recording-notifier';

export const PEPPER = 'test-recipient-pepper';
export const NOW_MS = 1770146433_000;
export const MESSAGE_ID = '20260203192030.53383e583ab41f62@mg.example.com';

export const theSubmission: SubmissionKey = {
  accountId: 'acme',
  campaignId: 'spring',
  batchId: '000001',
  path: '/',
};

/** Recipients of the one batch that was sent, by position. */
export const ADDRESSES = ['ada@example.com', 'bob@example.com', 'cyd@example.com'];

/** Evidence that counts how often it was asked, and can be made to fail. */
class RecordingAcceptance implements AcceptanceEvidence {
  readonly accepted: {
    readonly submission: SubmissionKey;
    readonly messageId: string | undefined;
  }[] = [];
  fault: Error | undefined;

  acceptedByEvidence(submission: SubmissionKey, messageId: string | undefined): Promise<void> {
    if (this.fault !== undefined) return Promise.reject(this.fault);

    this.accepted.push({ submission, messageId });
    return Promise.resolve();
  }
}

/** A worker that records events of one batch, with everything it writes in memory. */
export async function aRecorder() {
  const stores = {
    secrets: new InMemorySecrets({ recipientPepper: PEPPER }),
    messages: new InMemoryMessageIndex(),
    recipients: new InMemoryRecipientRecords(),
    events: new InMemoryEventStore(),
    tallies: new InMemoryTallies(),
    suppressions: new InMemorySuppressionList(),
    allowlist: new InMemoryAllowlist(),
    acceptance: new RecordingAcceptance(),
    watchList: new InMemoryWatchList(),
    guardRequests: new InMemoryGuardRequests(),
    deadLetters: new InMemoryDeadLetters(),
    notifier: new RecordingNotifier(),
    log: new RecordingLog(),
    machineWithinSeconds: 3,
  };
  const time = { ms: NOW_MS };
  await stores.recipients.record(theSubmission, recordOf(ADDRESSES));
  await stores.messages.record(MESSAGE_ID, theSubmission);

  const recordEvents = createRecordEvents({ ...stores, clock: () => time.ms });
  return { ...stores, time, recordEvents };
}

/** Recipients as a batch keeps them. */
export const recordOf = (addresses: readonly string[]): RecipientRecord => ({
  domain: 'mg.example.com',
  digests: Buffer.concat(
    addresses.map((address) =>
      recipientDigest(PEPPER, normaliseAddress(address)!).subarray(0, POSITION_DIGEST_BYTES),
    ),
  ),
});

/** What Mailgun says about a recipient of the batch. */
export const ourEvent = (fields: JsonObject = {}): JsonObject =>
  anEventData({
    'user-variables': { ...correlationVariables(PEPPER, theSubmission), ref: 'crm-42' },
    ...fields,
  });

let tokens = 0;

/** A record of the event queue. */
export function aRecord(eventData: JsonObject, fields: Partial<AuthenticEvent> = {}) {
  tokens += 1;
  const event: AuthenticEvent = {
    token: String(tokens).padStart(50, '0'),
    signedAtMs: NOW_MS - 1_000,
    receivedAtMs: NOW_MS - 500,
    eventData,
    ...fields,
  };
  return { messageId: `record-${tokens}`, body: writeEventMessage(event) };
}
