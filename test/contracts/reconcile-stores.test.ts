import { ReconcileCheckpointTable } from '../../lambdas/adapters/dynamodb/reconcile-checkpoint-table';
import { ReconcileNoticeTable } from '../../lambdas/adapters/dynamodb/reconcile-notice-table';
import { InMemoryReconcileCheckpoints } from '../support/fakes/in-memory-reconcile-checkpoints';
import { InMemoryReconcileNotices } from '../support/fakes/in-memory-reconcile-notices';
import { createTestTable } from '../support/engines/test-table';
import { describeReconcileStores } from './reconcile-stores.contract';

describeReconcileStores('in memory', () =>
  Promise.resolve({
    checkpoints: new InMemoryReconcileCheckpoints(),
    notices: new InMemoryReconcileNotices(),
  }),
);

describeReconcileStores('DynamoDB', async () => {
  const { client, tableName } = await createTestTable();
  const expiry = { timeToLiveSeconds: 86_400, clock: Date.now };
  return {
    checkpoints: new ReconcileCheckpointTable(client, tableName, expiry),
    notices: new ReconcileNoticeTable(client, tableName),
  };
});
