import type { DeliveryEventType } from '../core/delivery-event/delivery-event';
import { objectOf, textOf } from '../core/json';
import type { DeliveryEventNotice } from '../core/notification/delivery-event-notice';
import { REF_VARIABLE } from '../core/submission/correlation';
import type { OwnEvent } from './effects';

/** Most characters of a `ref`, as the contract with producers has it. */
const MAX_REF_LENGTH = 128;

/** Events of some types that nobody was told of, as they are published. */
export function noticesOf(
  events: readonly OwnEvent[],
  types: ReadonlySet<DeliveryEventType>,
): DeliveryEventNotice[] {
  return events.filter(({ event, isUntold }) => isUntold && types.has(event.type)).map(noticeOf);
}

function noticeOf({ event, ...own }: OwnEvent): DeliveryEventNotice {
  const { accountId, campaignId, batchId } = own.submission;
  const { position, domain, token, occurredAtMs } = own;
  const { machineReason, failure, testMode } = event;
  const ref = refOf(event.variables);
  return {
    ...{ version: 1, id: token, type: `delivery.${event.type}` },
    ...{ accountId, campaignId, batchId },
    ...(position !== undefined && { position }),
    ...(ref !== undefined && { ref }),
    ...(domain !== undefined && { domain }),
    occurredAt: new Date(occurredAtMs).toISOString(),
    ...(machineReason !== undefined && { machine: machineReason }),
    ...(testMode && { testMode }),
    ...(failure !== undefined && { cause: failure.cause }),
    ...(failure?.reason !== undefined && { reason: failure.reason }),
    ...(failure?.code !== undefined && { code: failure.code }),
    ...(failure?.enhancedCode !== undefined && { enhancedCode: failure.enhancedCode }),
  };
}

/** The producer's own id of the recipient, which comes back with the event. An address is no id. */
function refOf(variables: unknown): string | undefined {
  const ref = textOf(objectOf(variables)?.[REF_VARIABLE]);
  return ref === undefined || ref.length > MAX_REF_LENGTH || /@|%40/i.test(ref) ? undefined : ref;
}
