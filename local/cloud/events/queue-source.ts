import { callJson, type EngineCaller } from '../engines/aws-request';

/** A message as SQS hands it out. */
export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<
    Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>
  >;
}

/** SQS hands out and deletes ten messages a request at most. */
export const LARGEST_RECEIVE = 10;

const PARALLEL_DELETES = 4;

/** The consumer's side of one queue. */
export class QueueSource {
  constructor(
    private readonly engine: EngineCaller,
    private readonly url: string,
  ) {}

  /** @param count 1 to 10. @param waitSeconds how long the queue may wait for a first message; 0 to 20. */
  async receive(count: number, waitSeconds: number): Promise<readonly ReceivedMessage[]> {
    const { Messages = [] } = await callJson<{ Messages?: ReceivedMessage[] }>(
      this.engine,
      'AmazonSQS.ReceiveMessage',
      {
        QueueUrl: this.url,
        MaxNumberOfMessages: count,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      },
    );
    return Messages;
  }

  /** Takes messages off the queue for good. */
  async delete(messages: readonly ReceivedMessage[]): Promise<void> {
    const batches: (readonly ReceivedMessage[])[] = [];
    for (let start = 0; start < messages.length; start += LARGEST_RECEIVE) {
      batches.push(messages.slice(start, start + LARGEST_RECEIVE));
    }
    const lane = async (): Promise<void> => {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
        await callJson(this.engine, 'AmazonSQS.DeleteMessageBatch', {
          QueueUrl: this.url,
          Entries: batch.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        });
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_DELETES }, lane));
  }
}
