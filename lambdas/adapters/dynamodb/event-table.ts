import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../core/clock';
import type { EventStore, RecordedEvent } from '../../core/delivery-event/event-store';
import { TransientError } from '../../core/errors';
import { eventKey, foreignEventKey } from './keys';

const SECONDS_A_DAY = 86_400;

interface Dependencies {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly clock: Clock;
  /** Days a row is kept. */
  readonly ttlDays: number;
}

/**
 * `EventStore` on the table `events`. An item stays below 1 KB whatever Mailgun sends, so that
 * storing it costs one write unit.
 */
export class EventTable implements EventStore {
  constructor(private readonly dependencies: Dependencies) {}

  async put(event: RecordedEvent): Promise<'stored' | 'known' | 'other-body'> {
    const { client, tableName, clock, ttlDays } = this.dependencies;
    const command = new PutCommand({
      TableName: tableName,
      Item: {
        ...itemOf(event),
        ttl: Math.floor(clock() / 1000) + ttlDays * SECONDS_A_DAY,
      },
      ConditionExpression: 'attribute_not_exists(pk) OR bodyDigest = :bodyDigest',
      ExpressionAttributeValues: { ':bodyDigest': event.bodyDigest },
      // Says, without another request, whether there was one.
      ReturnValues: 'ALL_OLD',
    });

    try {
      const { Attributes: previous } = await client.send(command);
      // Of the same call: this very write, which the SDK made again after a lost reply.
      const isOwn = previous?.['receivedAtMs'] === event.receivedAtMs;
      return previous === undefined || isOwn ? 'stored' : 'known';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'other-body';
      throw new TransientError('the event could not be stored', { cause: error });
    }
  }
}

/** What is `undefined` or false is left out: most rows are a third of their largest size. */
function itemOf(event: RecordedEvent): Record<string, unknown> {
  const { owner, failure } = event;
  const key =
    owner.kind === 'ours'
      ? eventKey(owner.submission, event.token)
      : foreignEventKey(owner.domain, event.token);
  const item = {
    ...key,
    v: 1,
    bodyDigest: event.bodyDigest,
    eventType: event.type,
    ...(owner.kind === 'ours'
      ? { path: owner.submission.path, recipientPosition: owner.position }
      : {}),
    ...(event.providerEvent === event.type ? {} : { providerEvent: event.providerEvent }),
    providerId: event.providerId,
    messageId: event.messageId,
    occurredAtMs: event.occurredAtMs,
    receivedAtMs: event.receivedAtMs,
    ...(event.testMode ? { testMode: true } : {}),
    ...(event.machine ? { machine: true, machineReason: event.machineReason } : {}),
    ...(failure === undefined
      ? {}
      : {
          cause: failure.cause,
          reason: failure.reason,
          code: failure.code,
          enhancedCode: failure.enhancedCode,
          ...(failure.delayed ? { delayed: true } : {}),
        }),
    fields: event.fields,
  };
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}
