import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import {
  createControlHandler,
  type ControlDependencies,
} from '../../lambdas/control/create-control-handler';
import type { ParkedScope } from '../../lambdas/core/batch/parked-batches';
import type { BatchWithSubmissions } from '../../lambdas/core/batch/batch-books';
import type { LogFields } from '../../lambdas/core/log';
import { recipientDigest } from '../../lambdas/core/recipient/recipient-digest';
import type { RecipientRecord } from '../../lambdas/core/recipient/recipient-records';
import type { Suppression } from '../../lambdas/core/suppression/suppression';
import type { Tally } from '../../lambdas/core/tally/tally';
import { InMemoryAccountLog } from '../support/fakes/in-memory-account-log';
import { InMemoryAllowlist } from '../support/fakes/in-memory-allowlist';
import { InMemoryControls } from '../support/fakes/in-memory-controls';
import { InMemoryDeadLetterSource } from '../support/fakes/in-memory-dead-letter-source';
import { InMemoryFigures } from '../support/fakes/in-memory-figures';
import { InMemoryGuardRecords } from '../support/fakes/in-memory-guard-records';
import { InMemoryProviderLists } from '../support/fakes/in-memory-provider-lists';
import { InMemorySuppressionList } from '../support/fakes/in-memory-suppression-list';
import { InMemorySyncJournal } from '../support/fakes/in-memory-sync-journal';
import { RecordingNotifier } from '../support/fakes/recording-notifier';

export const PEPPER = 'a pepper for tests only';
export const NOW = Date.UTC(2026, 11, 1);

/** The digest of an address, as the sender stores it. */
export const digestOf = (address: string): Buffer => recipientDigest(PEPPER, address);

/** A recipients record of these addresses. */
export const recordOf = (...addresses: string[]): RecipientRecord => ({
  domain: 'mg.example.com',
  digests: Buffer.concat(addresses.map((address) => digestOf(address).subarray(0, 8))),
});

/** A control API over stores a test fills, and what it logged. */
export class ControlFixture {
  readonly controls = new InMemoryControls();
  /** Batches of every campaign of account `acme`, by campaign id. */
  readonly batches = new Map<string, BatchWithSubmissions[]>();
  /** Recipients records by batch id. */
  readonly records = new Map<string, RecipientRecord>();
  readonly tallies: Tally[] = [];
  readonly figures = new InMemoryFigures();
  readonly suppressions: Suppression[] = [];
  readonly accountLog = new InMemoryAccountLog(() => NOW);
  readonly guardRecords = new InMemoryGuardRecords();
  readonly suppressionRecords = new InMemorySuppressionList();
  readonly providerLists = new InMemoryProviderLists();
  readonly allowlist = new InMemoryAllowlist();
  readonly syncJournal = new InMemorySyncJournal();
  readonly notifier = new RecordingNotifier();
  /** Releases that were requested. */
  readonly releases: ParkedScope[] = [];
  /** Set it to make release requests fail. */
  releaseFault: Error | undefined;
  readonly deadLetters = new InMemoryDeadLetterSource();
  readonly logged: unknown[] = [];
  readonly handle: (event: APIGatewayProxyEventV2) => Promise<{
    statusCode?: number;
    headers?: Record<string, unknown>;
    body?: string;
  }>;

  constructor(replaced: Partial<ControlDependencies> = {}) {
    this.handle = createControlHandler({ ...this.dependencies(), ...replaced });
  }

  /** Calls a route and reads the JSON it answers with. */
  async call(routeKey: string, parameters: Record<string, string>, body?: unknown) {
    const response = await this.handle(
      anEvent({
        routeKey,
        pathParameters: parameters,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
    return {
      status: response.statusCode,
      headers: response.headers,
      answer: JSON.parse(response.body ?? '') as Record<string, unknown>,
    };
  }

  private dependencies(): ControlDependencies {
    const note = (message: string, fields: LogFields) => this.logged.push({ message, ...fields });
    return {
      books: { read: ({ campaignId }) => each(this.batches.get(campaignId) ?? []) },
      records: { read: ({ batchId }) => Promise.resolve(this.records.get(batchId)) },
      tallies: {
        shards: 1,
        readShard: () => each(this.tallies),
        readBatch: ({ batchId }) =>
          Promise.resolve(this.tallies.filter(({ batch }) => batch.batchId === batchId)),
      },
      suppressions: {
        find: (domain, recipient) =>
          Promise.resolve(
            this.suppressions.find(
              (one) => one.domain === domain && Buffer.compare(one.recipient, recipient) === 0,
            ),
          ),
      },
      suppressionRecords: this.suppressionRecords,
      providerLists: this.providerLists,
      allowlist: this.allowlist,
      syncJournal: this.syncJournal,
      secrets: {
        current: () =>
          Promise.resolve({ apiKeys: {}, webhookSigningKeys: [], recipientPepper: PEPPER }),
      },
      controls: this.controls,
      figures: this.figures,
      newToken: () => 'token',
      breaker: { read: () => Promise.resolve({ state: 'closed', calls: 3, faults: 1 }) },
      governor: {
        read: () =>
          Promise.resolve({ recipientsPerSecond: 50, usedToday: 7, budgetToday: undefined }),
      },
      healths: { read: () => Promise.resolve(undefined) },
      accountLog: this.accountLog,
      guardRecords: this.guardRecords,
      domains: new Set(['mg.example.com']),
      releases: {
        request: (scope) => {
          if (this.releaseFault !== undefined) return Promise.reject(this.releaseFault);
          this.releases.push(scope);
          return Promise.resolve();
        },
      },
      notifier: this.notifier,
      deadLetterSources: new Map([
        ['campaigns', this.deadLetters],
        ['events', new InMemoryDeadLetterSource()],
      ]),
      clock: () => NOW,
      log: { info: note, warn: note, error: note },
    };
  }
}

/** An HTTP API event of payload format 2.0. */
export function anEvent(
  part: Partial<APIGatewayProxyEventV2> & {
    method?: string;
    path?: string;
    requestId?: string;
  } = {},
): APIGatewayProxyEventV2 {
  const { method = 'GET', path = '/', requestId = 'request', ...event } = part;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    requestContext: { http: { method, path }, requestId },
    ...event,
  } as APIGatewayProxyEventV2;
}

async function* each<Item>(items: readonly Item[]): AsyncIterable<Item> {
  for (const item of items) yield await Promise.resolve(item);
}
