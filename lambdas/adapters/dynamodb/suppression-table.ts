import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Suppression, SuppressionList } from '../../core/suppression/suppression';
import { suppresses, suppressionIn, withObserved } from '../../core/suppression/suppression-record';
import { suppressionKey } from './keys';
import { readItems } from './read-items';
import { readItem } from './suppression-items';
import { SuppressionRecordsTable } from './suppression-records-table';

/** `SuppressionList` on the table `suppressions`: one item a recipient of a domain. */
export class SuppressionTable implements SuppressionList {
  private readonly records: SuppressionRecordsTable;

  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {
    this.records = new SuppressionRecordsTable(client, tableName);
  }

  async suppressedAmong(
    domain: string,
    recipients: readonly Uint8Array[],
    tags: readonly string[],
  ): Promise<ReadonlySet<number>> {
    const keys = recipients.map((recipient) => suppressionKey(domain, recipient));
    const distinct = [...new Map(keys.map((key) => [key.sk, key])).values()];
    // Mailgun compares tags without case.
    const wanted = new Set(tags.map((tag) => tag.toLowerCase()));

    const items = await readItems(this.client, this.tableName, distinct);
    const suppressed = new Set(
      items
        .map(readItem)
        .filter(({ record }) => suppresses(record, wanted))
        .map(({ sk }) => sk),
    );
    return new Set(keys.flatMap(({ sk }, index) => (suppressed.has(sk) ? [index] : [])));
  }

  async add(suppression: Suppression): Promise<void> {
    const { domain, recipient } = suppression;
    const decide = (record: Parameters<typeof withObserved>[0]) =>
      withObserved(record, suppression);
    await this.records.change(domain, [{ recipient, decide }]);
  }

  async find(domain: string, recipient: Uint8Array): Promise<Suppression | undefined> {
    const suppression = suppressionIn(await this.records.read(domain, recipient));
    return suppression && { domain, recipient, ...suppression };
  }
}
