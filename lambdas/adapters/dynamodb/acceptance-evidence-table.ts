import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SubmissionKey } from '../../core/campaign/keys';
import type { AcceptanceEvidence } from '../../core/submission/acceptance-evidence';
import { accepted } from '../../core/submission/dispatch';
import type { Submission } from '../../core/submission/submission';
import { BatchLedgerTable } from './batch-ledger-table';
import { storeFault } from './store-fault';

/** Reads that meet another writer's change before they give up. */
const MAX_TRIES = 5;

/** `AcceptanceEvidence` on the `batches` table: one read, and one write where something changes. */
export class AcceptanceEvidenceTable implements AcceptanceEvidence {
  private readonly ledger: BatchLedgerTable;

  constructor(client: DynamoDBDocumentClient, tableName: string, timeToLiveSeconds: number) {
    this.ledger = new BatchLedgerTable(client, tableName, timeToLiveSeconds);
  }

  async acceptedByEvidence(
    submission: SubmissionKey,
    messageId: string | undefined,
    atMs: number,
  ): Promise<void> {
    try {
      await this.accept(submission, messageId, atMs);
    } catch (error) {
      throw storeFault('take note of an acceptance', error);
    }
  }

  private async accept(
    submission: SubmissionKey,
    messageId: string | undefined,
    atMs: number,
  ): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const stored = await this.ledger.find(submission);
      const sentAs = stored === undefined ? undefined : idOfOpenCall(stored);
      if (stored === undefined || sentAs === undefined) return;

      const next = accepted(stored, messageId ?? sentAs, atMs);
      if ((await this.ledger.advance(submission, stored, next)) === 'stored') return;
    }
    throw new Error('the submission kept changing');
  }
}

/** The id of a call whose fate is not stored yet. */
function idOfOpenCall(submission: Submission): string | undefined {
  return submission.state === 'dispatching' || submission.state === 'inDoubt'
    ? submission.messageId
    : undefined;
}
