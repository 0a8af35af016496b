import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AllowlistTable } from './allowlist-table';
import { RemovalTrail } from './removal-trail';
import { SuppressionRecordsTable } from './suppression-records-table';
import { SuppressionTable } from './suppression-table';
import { SyncJournalTable } from './sync-journal-table';

/** The variables of a function that reads and removes suppressions. */
export interface SuppressionEnvironment {
  readonly SUPPRESSIONS_TABLE_NAME: string;
  readonly CONTROLS_TABLE_NAME: string;
}

/** Makes everything that such a function works with. */
export function createSuppressionStores(
  documents: DynamoDBDocumentClient,
  { SUPPRESSIONS_TABLE_NAME: table, CONTROLS_TABLE_NAME: controls }: SuppressionEnvironment,
) {
  return {
    suppressions: new SuppressionTable(documents, table),
    suppressionRecords: new SuppressionRecordsTable(
      documents,
      table,
      new RemovalTrail(documents, controls),
    ),
    allowlist: new AllowlistTable(documents, table),
    syncJournal: new SyncJournalTable(documents, controls),
  };
}
