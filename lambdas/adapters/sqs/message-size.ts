/**
 * Most bytes an SQS message may have, its attributes included.
 *
 * @see Amazon SQS Developer Guide, "Message quotas".
 */
export const MAX_MESSAGE_BYTES = 1_048_576;
