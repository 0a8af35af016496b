import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetter, DeadLetters } from '../../core/dead-letter/dead-letters';
import { TransientError } from '../../core/errors';
import { sqsText } from './sqs-text';

/** Most bytes a message may have, its attributes included. */
const MAX_MESSAGE_BYTES = 1_048_576;

/** Most characters of the reason for a person. */
const MAX_REASON_LENGTH = 1_000;

/** Bytes of the names and data types of both attributes, rounded up. */
const ATTRIBUTE_OVERHEAD_BYTES = 64;

/**
 * `DeadLetters` on an SQS queue. The body stays as it came, so that a redrive can replay it; the
 * reason travels beside it in the attributes `reason` (the code) and `detail` (for a person).
 */
export class DeadLetterQueue implements DeadLetters {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  async put(letter: DeadLetter): Promise<void> {
    const command = new SendMessageCommand({
      QueueUrl: this.queueUrl,
      MessageBody: letter.body,
      MessageAttributes: attributesThatFit(letter),
      ...(letter.groupId === undefined ? {} : { MessageGroupId: letter.groupId }),
    });

    try {
      await this.client.send(command);
    } catch (error) {
      throw new TransientError('the dead-letter queue did not take the message', { cause: error });
    }
  }
}

/**
 * A body may be as large as a message can be, and attributes count towards the size: better to
 * lose the detail, then the reason, than the body. The log has both.
 */
function attributesThatFit({ body, code, reason }: DeadLetter) {
  const detail = sqsText(reason.slice(0, MAX_REASON_LENGTH));
  const room = MAX_MESSAGE_BYTES - Buffer.byteLength(body) - ATTRIBUTE_OVERHEAD_BYTES;
  const codeBytes = Buffer.byteLength(code);

  return {
    ...(codeBytes <= room ? { reason: { DataType: 'String', StringValue: code } } : {}),
    ...(detail !== '' && codeBytes + Buffer.byteLength(detail) <= room
      ? { detail: { DataType: 'String', StringValue: detail } }
      : {}),
  };
}
