import { randomUUID } from 'node:crypto';
import { PutItemCommand, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { BatchBooksTable } from '../../lambdas/adapters/dynamodb/batch-books-table';
import { BatchLedgerTable } from '../../lambdas/adapters/dynamodb/batch-ledger-table';
import { BreakerTable } from '../../lambdas/adapters/dynamodb/breaker-table';
import { ControlsTable } from '../../lambdas/adapters/dynamodb/controls-table';
import { DomainHealthTable } from '../../lambdas/adapters/dynamodb/domain-health-table';
import { EventTable } from '../../lambdas/adapters/dynamodb/event-table';
import { FiguresTable } from '../../lambdas/adapters/dynamodb/figures-table';
import { GovernorTable } from '../../lambdas/adapters/dynamodb/governor-table';
import { MessageIndexTable } from '../../lambdas/adapters/dynamodb/message-index-table';
import { ReconcileCheckpointTable } from '../../lambdas/adapters/dynamodb/reconcile-checkpoint-table';
import { ReconcileNoticeTable } from '../../lambdas/adapters/dynamodb/reconcile-notice-table';
import { RecipientRecordsTable } from '../../lambdas/adapters/dynamodb/recipient-records-table';
import { SuppressionTable } from '../../lambdas/adapters/dynamodb/suppression-table';
import { TallyTable } from '../../lambdas/adapters/dynamodb/tally-table';
import { WebhookLeftoversTable } from '../../lambdas/adapters/dynamodb/webhook-leftovers-table';
import { createTestTable, type TestTable } from '../support/engines/test-table';

/** When everything in the sample happens; milliseconds since the Unix epoch, UTC. */
export const NOW = Date.UTC(2026, 11, 1, 9);

/** The tables of a deployment. */
export const TABLES = ['batches', 'tallies', 'events', 'suppressions', 'controls'] as const;

type Table = (typeof TABLES)[number];

/** An item as DynamoDB stores it, its bytes in base64. */
export type RawItem = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Every item of a deployment, by table. */
export type RawItems = Readonly<Record<Table, readonly RawItem[]>>;

const KEPT_SECONDS = 90 * 86_400;

/** The tables of one deployment on the engine of this run, and everything that reads and writes them. */
export class Stores {
  private constructor(private readonly tables: Readonly<Record<Table, TestTable>>) {}

  static async create(): Promise<Stores> {
    const made = TABLES.map(async (table) => [table, await createTestTable()] as const);
    return new Stores(Object.fromEntries(await Promise.all(made)) as Record<Table, TestTable>);
  }

  /** What the functions read and write the tables with. */
  get adapters() {
    const { client } = this.tables.batches;
    const { batches, tallies, events, suppressions, controls } = this.names;
    const clock = () => NOW;
    const expiry = { clock, timeToLiveSeconds: KEPT_SECONDS };
    return {
      ledger: new BatchLedgerTable(client, batches, KEPT_SECONDS),
      books: new BatchBooksTable(client, batches),
      records: new RecipientRecordsTable(client, batches, expiry),
      index: new MessageIndexTable(client, batches, expiry),
      tallies: new TallyTable(client, tallies, expiry),
      events: new EventTable({ client, tableName: events, clock, ttlDays: 30 }),
      suppressions: new SuppressionTable(client, suppressions),
      controls: new ControlsTable(client, controls, clock),
      breaker: new BreakerTable(
        client,
        controls,
        {
          ...{ windowMs: 60_000, minimumFaults: 2, faultRate: 0.5 },
          ...{ coolDownMs: 30_000, longestCoolDownMs: 900_000 },
        },
        randomUUID,
      ),
      governor: new GovernorTable(client, controls, () => ({ recipientsPerSecond: 50 })),
      checkpoints: new ReconcileCheckpointTable(client, controls, expiry),
      notices: new ReconcileNoticeTable(client, controls),
      figures: new FiguresTable(client, controls),
      healths: new DomainHealthTable(client, controls),
      leftovers: new WebhookLeftoversTable(client, controls, clock),
    };
  }

  /** Every item, in the order of their keys, with numbers instead of the random parts of tokens. */
  async items(): Promise<RawItems> {
    const all = TABLES.map(async (table) => {
      const { Items: items = [] } = await this.tables[table].client.send(
        new ScanCommand({ TableName: this.names[table] }),
      );
      return [table, items.map(rawOf).sort(byKey)] as const;
    });
    return withoutChance(Object.fromEntries(await Promise.all(all)) as unknown as RawItems);
  }

  /** Stores items as they are. */
  async put(items: RawItems): Promise<void> {
    for (const table of TABLES) {
      for (const item of items[table]) {
        const Item = Object.fromEntries(
          Object.entries(item).map(([name, value]) => [name, attributeOf(value)]),
        );
        await this.tables[table].client.send(
          new PutItemCommand({ TableName: this.names[table], Item }),
        );
      }
    }
  }

  private get names(): Readonly<Record<Table, string>> {
    const names = TABLES.map((table) => [table, this.tables[table].tableName] as const);
    return Object.fromEntries(names) as Record<Table, string>;
  }
}

const rawOf = (item: Readonly<Record<string, AttributeValue>>): RawItem =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, inText(value) as RawItem[string]]),
  );

/** Bytes in base64, and sets, which have no order, sorted. */
function inText({ B: bytes, NS: numbers, SS: texts, ...value }: AttributeValue): object {
  if (bytes !== undefined) return { B: Buffer.from(bytes).toString('base64') };
  if (numbers !== undefined) return { NS: [...numbers].sort() };
  return texts === undefined ? value : { SS: [...texts].sort() };
}

function withoutChance(items: RawItems): RawItems {
  const seen: string[] = [];
  const text = JSON.stringify(items).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
    if (!seen.includes(id)) seen.push(id);
    return `token-${seen.indexOf(id)}`;
  });
  return JSON.parse(text) as RawItems;
}

/** Only whole attributes are bytes here, never a part of a list or map. */
function attributeOf(value: RawItem[string]): AttributeValue {
  const bytes = value['B'];
  return typeof bytes === 'string'
    ? { B: Buffer.from(bytes, 'base64') }
    : (value as unknown as AttributeValue);
}

const keyText = ({ pk, sk }: RawItem): string => JSON.stringify([pk, sk]);
const byKey = (a: RawItem, b: RawItem): number => (keyText(a) < keyText(b) ? -1 : 1);
