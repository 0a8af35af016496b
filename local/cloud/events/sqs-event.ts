import type { SQSEvent, SQSMessageAttributes, SQSRecord, SQSRecordAttributes } from 'aws-lambda';
import type { ReceivedMessage } from './queue-source';

/** The event Lambda makes of messages. */
export function sqsEvent(
  messages: readonly ReceivedMessage[],
  source: { queueArn: string; region: string },
): SQSEvent {
  return { Records: messages.map((message) => sqsRecord(message, source)) };
}

function sqsRecord(
  message: ReceivedMessage,
  { queueArn, region }: { queueArn: string; region: string },
): SQSRecord {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: { ...message.Attributes } as unknown as SQSRecordAttributes,
    messageAttributes: messageAttributes(message),
    md5OfBody: message.MD5OfBody,
    ...(message.MD5OfMessageAttributes === undefined
      ? {}
      : { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

function messageAttributes({ MessageAttributes = {} }: ReceivedMessage): SQSMessageAttributes {
  return Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );
}

/** What Lambda takes in one event. */
export const LARGEST_EVENT_BYTES = 6 * 1024 * 1024;

/** Bytes a message adds to an event: its body as JSON, and about a kilobyte around it. */
export const bytesInEvent = ({ Body }: ReceivedMessage): number =>
  Buffer.byteLength(JSON.stringify(Body)) + 1024;
