/** Recipients of a batch. */
const BATCH = 1_000;

/** Shards of the tallies, as the table has them. */
const SHARDS = 16;

/** Bytes of items in a page of DynamoDB's. */
const PAGE_BYTES = 1_048_576;

/** Bytes of a read unit, strongly consistent. */
const UNIT_BYTES = 4_096;

/** Share of a batch in each tally: a campaign after a day. Sets have no order. */
const SHARES: Readonly<Record<string, number>> = {
  bounced: 0.01,
  clicked: 0.03,
  complained: 0.001,
  deferred: 0.05,
  delivered: 0.98,
  machineClicked: 0.02,
  machineOpened: 0.35,
  opened: 0.3,
  unsubscribed: 0.004,
};

/** What DynamoDB's client takes for an answer. */
interface PageResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

interface Item {
  readonly json: string;
  readonly bytes: number;
}

/**
 * A campaign as the tables would serve it: an HTTP handler for DynamoDB's client that answers Query
 * with pages of real size, so that everything above the network is measured as it is deployed.
 */
export class LargeCampaign {
  pages = 0;
  readUnits = 0;
  /** Milliseconds spent on making the pages, which DynamoDB would spend. */
  makingMs = 0;
  private readonly batches: number;
  private readonly sets: readonly {
    readonly kind: string;
    readonly json: string;
    readonly bytes: number;
  }[];

  constructor(recipients: number) {
    this.batches = recipients / BATCH;
    this.sets = Object.entries(SHARES).map(([kind, share]) =>
      setOf(kind, Math.ceil(BATCH * share)),
    );
  }

  handle(request: { readonly body?: unknown }): Promise<{ response: PageResponse }> {
    const startedAtMs = performance.now();
    const input = JSON.parse(bodyOf(request.body)) as {
      TableName: string;
      ExpressionAttributeValues: { ':pk': { S: string } };
      ExclusiveStartKey?: { sk: { S: string } };
    };
    const after = input.ExclusiveStartKey === undefined ? 0 : Number(input.ExclusiveStartKey.sk.S);
    const pk = input.ExpressionAttributeValues[':pk'].S;
    const page = this.page(input.TableName, pk, after);
    const response = {
      statusCode: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: Buffer.from(page),
    };
    this.makingMs += performance.now() - startedAtMs;
    return Promise.resolve({ response });
  }

  private page(table: string, pk: string, from: number): string {
    const shard = table === 'tallies' ? Number(pk.slice(-2)) : undefined;
    const items: string[] = [];
    let bytes = 0;
    let at = from;
    for (; ; at += 1) {
      const item = shard === undefined ? this.batchItem(pk, at) : this.tallyItem(pk, shard, at);
      if (item === undefined || bytes + item.bytes > PAGE_BYTES) break;
      items.push(item.json);
      bytes += item.bytes;
    }
    const more = shard === undefined ? this.batchItem(pk, at) : this.tallyItem(pk, shard, at);
    this.pages += 1;
    this.readUnits += Math.max(1, Math.ceil(bytes / UNIT_BYTES));
    const next =
      more === undefined ? '' : `,"LastEvaluatedKey":{"pk":{"S":"${pk}"},"sk":{"S":"${at}"}}`;
    return `{"Items":[${items.join(',')}],"Count":${items.length}${next}}`;
  }

  /** A root, then its submission. */
  private batchItem(pk: string, at: number): Item | undefined {
    const batch = Math.floor(at / 2);
    if (batch >= this.batches) return undefined;
    const id = String(batch).padStart(6, '0');
    const json =
      at % 2 === 0
        ? `{"pk":{"S":"${pk}"},"sk":{"S":"${id}"},"v":{"N":"1"},"domain":{"S":"mg.example.com"},"audience":{"N":"1000"},"state":{"S":"ended"},"firstBegunAtMs":{"N":"1770146432000"},"contentDigest":{"S":"${'d'.repeat(43)}"},"ttl":{"N":"1780146432"}}`
        : `{"pk":{"S":"${pk}"},"sk":{"S":"${id}#/"},"v":{"N":"1"},"state":{"S":"accepted"},"from":{"N":"0"},"to":{"N":"1000"},"recipients":{"N":"1000"},"attempts":{"N":"1"},"revision":{"N":"0"},"atMs":{"N":"1770146432000"},"messageId":{"S":"${'a'.repeat(32)}@mg.example.com"},"ttl":{"N":"1780146432"}}`;
    return { json, bytes: at % 2 === 0 ? 190 : 220 };
  }

  private tallyItem(pk: string, shard: number, at: number): Item | undefined {
    const batch = shard + SHARDS * Math.floor(at / this.sets.length);
    if (batch >= this.batches) return undefined;
    const set = this.sets[at % this.sets.length];
    if (set === undefined) return undefined;
    const { kind, json, bytes } = set;
    const sk = `${String(batch).padStart(6, '0')}#${kind}`;
    return {
      json: `{"pk":{"S":"${pk}"},"sk":{"S":"${sk}"},"v":{"N":"1"},"positions":${json}}`,
      bytes: bytes + pk.length + sk.length + 20,
    };
  }
}

/** Positions spread over the batch; a number of three digits takes three bytes, and one of the set. */
function setOf(kind: string, count: number) {
  const positions = Array.from({ length: count }, (_unused, index) =>
    Math.floor((index * BATCH) / count),
  );
  const bytes = positions.reduce((sum, p) => sum + Math.ceil(String(p).length / 2) + 2, 3);
  return { kind, json: `{"NS":[${positions.map((p) => `"${p}"`).join(',')}]}`, bytes };
}

const bodyOf = (body: unknown): string => new TextDecoder().decode(body as Uint8Array);
