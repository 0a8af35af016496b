import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import {
  noticeTurn,
  type NoticeSubject,
  type NoticeTurn,
  type ReconcileNotices,
} from '../../core/reconciliation/notices';
import { CONTROL_ITEM_VERSION, readControlItem } from './control-items';
import { campaignControlKey, domainControlKey, type ItemKey } from './keys';
import { storeFault } from './store-fault';

/** Sort key of the item of a campaign or a domain. */
const CONCERN = 'reconciliation';

const noticeItem = z.object({ v: z.literal(CONTROL_ITEM_VERSION), toldAtMs: z.number() });

/** `ReconcileNotices` on the table `controls`: one read, and one conditional write for whoever tells. */
export class ReconcileNoticeTable implements ReconcileNotices {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async take(
    subject: NoticeSubject,
    news: Parameters<ReconcileNotices['take']>[1],
  ): Promise<NoticeTurn> {
    const key = keyOf(subject);
    const toldAtMs = await this.toldAt(key);
    const turn = noticeTurn(toldAtMs, news);
    if (turn.notice !== 'ours' || (await this.note(key, toldAtMs, news.nowMs))) return turn;

    // Another worker was faster, or an earlier try of this very write: then nobody tells this time.
    return noticeTurn(await this.toldAt(key), news);
  }

  private async toldAt(key: ItemKey): Promise<number | undefined> {
    const command = new GetCommand({ TableName: this.tableName, Key: key, ConsistentRead: true });
    const { Item } = await this.client.send(command).catch((error: unknown) => {
      throw storeFault('read when people were told', error);
    });
    return readControlItem(noticeItem, Item)?.toldAtMs;
  }

  /** @returns whether nobody else did. */
  private async note(key: ItemKey, seenMs: number | undefined, nowMs: number): Promise<boolean> {
    const isFirst = seenMs === undefined;
    const command = new UpdateCommand({
      TableName: this.tableName,
      Key: key,
      UpdateExpression: 'SET v = :v, toldAtMs = :now',
      ConditionExpression: isFirst ? 'attribute_not_exists(toldAtMs)' : 'toldAtMs = :seen',
      ExpressionAttributeValues: {
        ...{ ':v': CONTROL_ITEM_VERSION, ':now': nowMs },
        ...(!isFirst && { ':seen': seenMs }),
      },
    });
    try {
      await this.client.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw storeFault('note that people are told', error);
    }
  }
}

const keyOf = (subject: NoticeSubject): ItemKey =>
  'domain' in subject
    ? domainControlKey(subject.domain, CONCERN)
    : campaignControlKey(subject, CONCERN);
