import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetter, DeadLetters } from '../../core/dead-letter/dead-letters';
import { TransientError } from '../../core/errors';
import type { Log } from '../../core/log';
import { MAX_MESSAGE_BYTES } from './message-size';
import { sqsText } from './sqs-text';

/** Most characters of the reason for a person. */
const MAX_REASON_LENGTH = 1_000;

/** Bytes of the name and data type of one attribute: 12, and some to be safe. */
const ATTRIBUTE_OVERHEAD_BYTES = 16;

/** A detail that had to be cut shorter than this says nothing. */
const SHORTEST_DETAIL_BYTES = 16;

/**
 * `DeadLetters` on an SQS queue. The body stays as it came, so that a redrive can replay it; the
 * reason travels beside it in the attributes `reason` (the code) and `detail` (for a person).
 */
export class DeadLetterQueue implements DeadLetters {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
    private readonly log: Log,
  ) {}

  async put(letter: DeadLetter): Promise<void> {
    const attributes = attributesThatFit(letter);
    const command = new SendMessageCommand({
      QueueUrl: this.queueUrl,
      MessageBody: letter.body,
      MessageAttributes: attributes,
      ...(letter.groupId === undefined ? {} : { MessageGroupId: letter.groupId }),
    });

    try {
      await this.client.send(command);
    } catch (error) {
      throw new TransientError('the dead-letter queue did not take the message', { cause: error });
    }
    if (attributes.reason !== undefined) return;
    this.log.warn('dead letter without its reason', {
      code: 'dead-letter-without-reason',
      reasonCode: letter.code,
      reason: letter.reason,
    });
  }
}

type Attributes = Partial<
  Record<'reason' | 'detail', { readonly DataType: 'String'; readonly StringValue: string }>
>;

/**
 * A body may be as large as a message can be, and attributes count towards the size: better to
 * shorten the detail, then to lose the reason, than to lose the body.
 */
function attributesThatFit({ body, code, reason }: DeadLetter): Attributes {
  const room = MAX_MESSAGE_BYTES - Buffer.byteLength(body);
  const roomForDetail = room - Buffer.byteLength(code) - 2 * ATTRIBUTE_OVERHEAD_BYTES;
  if (room < Buffer.byteLength(code) + ATTRIBUTE_OVERHEAD_BYTES) return {};

  const whole = sqsText(reason.slice(0, MAX_REASON_LENGTH));
  const detail = Buffer.byteLength(whole) <= roomForDetail ? whole : cut(whole, roomForDetail);
  return {
    reason: textAttribute(code),
    ...(detail === '' ? {} : { detail: textAttribute(detail) }),
  };
}

const textAttribute = (text: string) => ({ DataType: 'String', StringValue: text }) as const;

/** @returns the beginning of a text, whole characters only, or nothing where too little is left. */
function cut(text: string, bytes: number): string {
  if (bytes < SHORTEST_DETAIL_BYTES) return '';
  const room = Buffer.alloc(bytes);
  const { written } = new TextEncoder().encodeInto(text, room);
  return room.toString('utf8', 0, written);
}
