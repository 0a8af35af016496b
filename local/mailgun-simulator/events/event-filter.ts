import { personalText, recipientOf } from '../messages/message';
import { eventName, severityOf } from '../model/happenings';
import type { MailEvent } from './event';

/** Fields that events can be found by, as the API names them. */
export const FILTER_FIELDS = [
  'event',
  'recipient',
  'message-id',
  'severity',
  'tags',
  'from',
  'to',
  'subject',
] as const;

export type FilterField = (typeof FILTER_FIELDS)[number];

/** What events must be like: every field's expression must hold. */
export type EventFilter = Partial<Record<FilterField, string>>;

/**
 * Makes a test of a filter. An expression may use `AND`, `OR` and `NOT`, as in
 * `delivered OR opened`; without them a value must be equal, whatever its case.
 *
 * A `message-id` with angle brackets finds nothing, as at Mailgun.
 */
export function eventTest(filter: EventFilter): (event: MailEvent) => boolean {
  const tests = FILTER_FIELDS.flatMap((field) => {
    const expression = filter[field];
    return expression === undefined ? [] : [{ field, holds: expressionTest(expression) }];
  });
  return (event) => tests.every(({ field, holds }) => holds(valuesOf(event, field)));
}

type ValueTest = (values: readonly string[]) => boolean;

function expressionTest(expression: string): ValueTest {
  const [first = '', ...others] = expression.split(/\s+OR\s+/i).map((part) => part.trim());
  const tests = [first, ...others].map(conjunctionTest);
  return (values) => tests.some((test) => test(values));
}

function conjunctionTest(text: string): ValueTest {
  const tests = text.split(/\s+AND\s+/i).map((part) => {
    const negated = /^NOT\s+/i.exec(part);
    const wanted = part.slice(negated?.[0].length ?? 0).replace(/^[("\s]+|[)"\s]+$/g, '');
    const holds: ValueTest = (values) => values.includes(wanted.toLowerCase());
    return negated ? (values: readonly string[]) => !holds(values) : holds;
  });
  return (values) => tests.every((test) => test(values));
}

function valuesOf({ message, index, happening }: MailEvent, field: FilterField): readonly string[] {
  switch (field) {
    case 'event':
      return [eventName(happening)];
    case 'recipient':
    case 'to':
      return [recipientOf(message, index).address.toLowerCase()];
    case 'message-id':
      return [personalText(message, index, message.id).toLowerCase()];
    case 'severity':
      return [severityOf(happening) ?? ''];
    case 'tags':
      return message.tags.map((tag) => tag.toLowerCase());
    case 'from':
      return [message.from.toLowerCase()];
    case 'subject':
      return [personalText(message, index, message.subject).toLowerCase()];
  }
}
