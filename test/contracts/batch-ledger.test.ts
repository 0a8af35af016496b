import { AcceptanceEvidenceTable } from '../../lambdas/adapters/dynamodb/acceptance-evidence-table';
import { BatchBooksTable } from '../../lambdas/adapters/dynamodb/batch-books-table';
import { BatchLedgerTable } from '../../lambdas/adapters/dynamodb/batch-ledger-table';
import { createTestTable } from '../support/engines/test-table';
import { InMemoryBatchLedger } from '../support/fakes/in-memory-batch-ledger';
import { describeBatchStores } from './batch-ledger.contract';

const NINETY_DAYS = 90 * 86_400;

describeBatchStores('in memory', () => {
  const ledger = new InMemoryBatchLedger();
  return Promise.resolve({ ledger, books: ledger, evidence: ledger });
});

describeBatchStores('DynamoDB', async () => {
  const { client, tableName } = await createTestTable();
  return {
    ledger: new BatchLedgerTable(client, tableName, NINETY_DAYS),
    books: new BatchBooksTable(client, tableName),
    evidence: new AcceptanceEvidenceTable(client, tableName, NINETY_DAYS),
  };
});
