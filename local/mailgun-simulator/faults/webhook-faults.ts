import type { MailEvent } from '../events/event';
import { recipientOf } from '../messages/message';
import { eventName, webhookFor } from '../model/happenings';
import type { SigningKey } from '../webhooks/signing-key';
import type { ScriptedFault } from './fault-script';

/** What goes wrong with a webhook. */
export interface WebhookFault {
  readonly kind: 'lose' | 'duplicate' | 'reorder' | 'delay' | 'badSignature';
  /** `delay`: how long. `reorder`: how long at most, if no other event of the recipient comes. */
  readonly delayMs: number;
  /** `duplicate`: the second call has a token of its own instead of the same one. */
  readonly resign: boolean;
}

/** Which webhooks a fault is for; what is missing matches all. */
export interface WebhookMatch {
  /** Mailgun's `event` or webhook id, such as `delivered` or `permanent_fail`. */
  readonly event?: string;
  readonly recipient?: string;
  readonly domain?: string;
}

export interface WebhookFaultDefinition {
  readonly match: WebhookMatch;
  readonly webhook: WebhookFault;
}

/** Finds the fault, if any, that an event's webhook meets. */
export interface WebhookFaults {
  readonly signingKey: SigningKey;
  pick(event: MailEvent): WebhookFault | undefined;
}

/** The first fault in force that applies to an event. */
export function pickWebhookFault(
  faults: Iterable<ScriptedFault<WebhookFaultDefinition>>,
  event: MailEvent,
): WebhookFault | undefined {
  for (const fault of faults) {
    if (matches(fault.definition.match, event) && fault.applies()) return fault.definition.webhook;
  }
  return undefined;
}

function matches(match: WebhookMatch, { happening, message, index }: MailEvent): boolean {
  const { address } = recipientOf(message, index);
  return (
    (match.event === undefined ||
      [webhookFor(happening), eventName(happening)].includes(match.event)) &&
    (match.recipient ?? address).toLowerCase() === address.toLowerCase() &&
    (match.domain ?? message.domain.name) === message.domain.name
  );
}
