import { WEBHOOK_EVENTS, type WebhookEvent } from '../../lambdas/core/webhook/webhook-registry';
import type { Configuration } from '../../lib/config/configuration';

/**
 * Kinds of events that a stage has registered.
 *
 * @param stage `undefined` for one that is not in `config/stages.ts`: every kind is taken for wanted then.
 */
export function wantedEvents(stage: Configuration | undefined): readonly WebhookEvent[] {
  const skipped = stage?.webhooks?.skippedEvents ?? [];
  return WEBHOOK_EVENTS.filter((event) => !skipped.includes(event));
}
