import type {
  ParkedBatches,
  ParkedKey,
  ParkedPage,
  ParkedPayload,
  ParkedScope,
} from '../../../lambdas/core/batch/parked-batches';
import { PermanentError } from '../../../lambdas/core/errors';

/** Parked payloads in memory, listed as S3 lists: by the bytes of their names, in pages. */
export class InMemoryParkedBatches implements ParkedBatches {
  private readonly payloads = new Map<
    string,
    { readonly key: ParkedKey; readonly payload: ParkedPayload; readonly parkedAtMs: number }
  >();
  private readonly unreadable = new Set<string>();

  constructor(
    private readonly pageSize = 200,
    private readonly clock: () => number = Date.now,
  ) {}

  put(key: ParkedKey, payload: ParkedPayload): Promise<void> {
    this.payloads.set(nameOf(key), { key, payload, parkedAtMs: this.clock() });
    return Promise.resolve();
  }

  list(scope: ParkedScope, after: string | undefined): Promise<ParkedPage> {
    const names = [...this.payloads.keys()]
      .filter((name) => name.startsWith(prefixOf(scope)) && (after === undefined || name > after))
      .sort((a, b) => (a < b ? -1 : 1));
    const onPage = names.slice(0, this.pageSize);
    const keys = onPage
      .flatMap((name) => this.payloads.get(name) ?? [])
      .filter(({ key }) => scope.scope !== 'domain' || key.domain === scope.domain)
      .map(({ key, parkedAtMs }) => ({ key, parkedAtMs }));
    const next = names.length > onPage.length ? onPage.at(-1) : undefined;
    return Promise.resolve({ keys, unreadable: 0, next });
  }

  get(key: ParkedKey): Promise<ParkedPayload | undefined> {
    if (this.unreadable.has(nameOf(key))) {
      return Promise.reject(new PermanentError('unreadable-payload', 'the payload is not JSON'));
    }
    return Promise.resolve(this.payloads.get(nameOf(key))?.payload);
  }

  delete(key: ParkedKey): Promise<void> {
    this.payloads.delete(nameOf(key));
    return Promise.resolve();
  }

  /** Makes a payload one that nobody can read. */
  spoil(key: ParkedKey): void {
    this.unreadable.add(nameOf(key));
  }

  /** Bodies of everything that is parked. */
  get bodies(): readonly string[] {
    return [...this.payloads.values()].map(({ payload }) => payload.body);
  }
}

function prefixOf(scope: ParkedScope): string {
  switch (scope.scope) {
    case 'campaign':
      return `${scope.accountId}/${scope.campaignId}/`;
    case 'account':
      return `${scope.accountId}/`;
    case 'domain':
    case 'all':
      return '';
  }
}

const nameOf = ({ accountId, campaignId, batchId, domain, messageId }: ParkedKey): string =>
  [accountId, campaignId, batchId, domain, messageId].join('/');
