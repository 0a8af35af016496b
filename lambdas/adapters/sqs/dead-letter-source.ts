import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeadLetterSource, WaitingLetter } from '../../core/dead-letter/dead-letter-source';
import { faultOf, TransientError } from '../../core/errors';

/** How long a received letter is hidden: long enough to be put back and deleted. */
const HIDDEN_SECONDS = 60;

/** Waiting makes SQS ask all its servers, so that no answer means no letter. */
const WAIT_SECONDS = 2;

/** The two queues of a redrive. */
export interface RedriveQueues {
  readonly deadLetterQueueUrl: string;
  readonly queueUrl: string;
}

/** `DeadLetterSource` on two SQS queues. */
export class SqsDeadLetterSource implements DeadLetterSource {
  constructor(
    private readonly client: SQSClient,
    private readonly queues: RedriveQueues,
  ) {}

  async receive(max: number): Promise<readonly WaitingLetter[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.queues.deadLetterQueueUrl,
      MaxNumberOfMessages: max,
      MessageSystemAttributeNames: ['SentTimestamp', 'MessageGroupId'],
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: WAIT_SECONDS,
    });
    const { Messages: messages = [] } = await this.client.send(command).catch((error: unknown) => {
      throw fault('the dead-letter queue could not be read', error);
    });
    return messages.map(letterIn);
  }

  async putBack({ body, groupId }: WaitingLetter): Promise<void> {
    const command = new SendMessageCommand({
      QueueUrl: this.queues.queueUrl,
      MessageBody: body,
      ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
    });
    await this.client.send(command).catch((error: unknown) => {
      throw fault('the queue did not take a letter back', error);
    });
  }

  async delete({ receipt }: WaitingLetter): Promise<void> {
    const command = new DeleteMessageCommand({
      QueueUrl: this.queues.deadLetterQueueUrl,
      ReceiptHandle: receipt,
    });
    await this.client.send(command).catch((error: unknown) => {
      throw fault('a letter that was put back could not be deleted', error);
    });
  }
}

function letterIn({ Body: body, ReceiptHandle: receipt, Attributes: attributes }: Message) {
  const groupId = attributes?.MessageGroupId;
  return {
    body: body ?? '',
    receipt: receipt ?? '',
    sentAtMs: Number(attributes?.SentTimestamp ?? 0),
    ...(groupId === undefined ? {} : { groupId }),
  };
}

const fault = (what: string, error: unknown): TransientError =>
  new TransientError(`${what}: ${faultOf(error)}`, { cause: error });
