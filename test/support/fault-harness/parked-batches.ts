import type {
  ParkedBatches,
  ParkedKey,
  ParkedPage,
  ParkedPayload,
  ParkedScope,
} from '../../../lambdas/core/batch/parked-batches';

/** `ParkedBatches` in memory. */
export class ModelParkedBatches implements ParkedBatches {
  readonly payloads = new Map<
    string,
    { readonly key: ParkedKey; readonly payload: ParkedPayload }
  >();

  put(key: ParkedKey, payload: ParkedPayload): Promise<void> {
    this.payloads.set(nameOf(key), { key, payload });
    return Promise.resolve();
  }

  list(scope: ParkedScope): Promise<ParkedPage> {
    const keys = [...this.payloads.values()]
      .filter(({ key }) => isIn(scope, key))
      .map(({ key, payload }) => ({ key, parkedAtMs: payload.parkedAtMs }));
    return Promise.resolve({ keys, unreadable: 0, next: undefined });
  }

  get(key: ParkedKey): Promise<ParkedPayload | undefined> {
    return Promise.resolve(this.payloads.get(nameOf(key))?.payload);
  }

  delete(key: ParkedKey): Promise<void> {
    this.payloads.delete(nameOf(key));
    return Promise.resolve();
  }
}

function isIn(scope: ParkedScope, key: ParkedKey): boolean {
  switch (scope.scope) {
    case 'campaign':
      return key.accountId === scope.accountId && key.campaignId === scope.campaignId;
    case 'account':
      return key.accountId === scope.accountId;
    case 'domain':
      return key.domain === scope.domain;
    case 'all':
      return true;
  }
}

const nameOf = ({ accountId, campaignId, batchId, messageId }: ParkedKey) =>
  [accountId, campaignId, batchId, messageId].join('/');
