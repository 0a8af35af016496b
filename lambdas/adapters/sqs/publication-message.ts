import * as z from 'zod';
import { PermanentError } from '../../core/errors';
import type { DeliveryEventNotice } from '../../core/notification/delivery-event-notice';
import type { Notification } from '../../core/notification/notification';
import { NOTICES_A_CALL, type Publication } from '../../core/notification/publication';
import { sqsJson } from './sqs-text';

// Passed on as it is: newer code may have written more than this one knows.
const notificationSchema = z.custom<Notification>(
  (value) => z.object({ version: z.literal(1), type: z.string() }).safeParse(value).success,
);
const noticeSchema = z.custom<DeliveryEventNotice>(
  (value) =>
    z
      .object({
        ...{ version: z.literal(1), id: z.string(), type: z.string() },
        ...{ accountId: z.string(), campaignId: z.string() },
      })
      .safeParse(value).success,
);

const messageSchema = z.discriminatedUnion('kind', [
  z.object({
    version: z.literal(1),
    kind: z.literal('notification'),
    notification: notificationSchema,
  }),
  z.object({
    version: z.literal(1),
    kind: z.literal('deliveryEvents'),
    events: z.array(noticeSchema).min(1).max(NOTICES_A_CALL),
  }),
]);

/** Writes the body of a message on the notification queue. */
export function writePublicationMessage(publication: Publication): string {
  return sqsJson({ version: 1, ...publication });
}

/**
 * Reads the body of a message on the notification queue.
 *
 * @throws {PermanentError} `malformed-publication` for what no version of this project writes.
 */
export function readPublicationMessage(body: string): Publication {
  const parsed = messageSchema.safeParse(parseJson(body));
  if (parsed.success) {
    const { version: _version, ...publication } = parsed.data;
    return publication;
  }
  const fields = parsed.error.issues.map(({ path }) => path[0]?.toString() ?? 'body');
  throw malformed(`the message has wrong fields: ${fields.join(', ')}`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The syntax error quotes the body.
    throw malformed('the body of the message is not JSON');
  }
}

const malformed = (message: string) => new PermanentError('malformed-publication', message);
