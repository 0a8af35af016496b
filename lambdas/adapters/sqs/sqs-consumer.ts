import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createConsumer, type Consuming, type ReceivedMessage } from '../../core/queue/consumer';

/**
 * Makes a consumer that Lambda can call with what it took from an SQS queue. Messages that are not
 * done are reported one by one, so that the others go.
 */
export function createSqsConsumer(consuming: Consuming) {
  const consume = createConsumer(consuming);
  return async ({ Records }: SQSEvent, deadlineMs: number): Promise<SQSBatchResponse> => {
    const kept = await consume(Records.map(receivedMessage), deadlineMs);
    return { batchItemFailures: kept.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** What Lambda hands over of a message, in the terms of a consumer. */
export function receivedMessage({
  messageId,
  body,
  receiptHandle,
  attributes,
}: SQSRecord): ReceivedMessage {
  const { ApproximateReceiveCount, SentTimestamp, MessageGroupId: groupId } = attributes;
  return {
    ...{ messageId, body, receipt: receiptHandle },
    receives: Number(ApproximateReceiveCount),
    sentAtMs: Number(SentTimestamp),
    ...(groupId === undefined ? {} : { groupId }),
  };
}
