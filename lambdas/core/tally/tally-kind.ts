import type { DeliveryEvent } from '../delivery-event/delivery-event';
import type { TallyKind } from './tally';

/**
 * The tally a delivery event adds its recipient to.
 *
 * @returns `undefined` for what counts nowhere: Mailgun's own acceptance (the submission has it),
 *   test mode, and what is not known. Independent of any other event.
 */
export function tallyKindOf(event: DeliveryEvent): TallyKind | undefined {
  if (event.testMode) return undefined;

  switch (event.type) {
    case 'opened':
      return event.machine ? 'machineOpened' : 'opened';
    case 'clicked':
      return event.machine ? 'machineClicked' : 'clicked';
    case 'delivered':
    case 'bounced':
    case 'failed':
    case 'deferred':
    case 'complained':
    case 'unsubscribed':
      return event.type;
    case 'accepted':
    case 'unknown':
      return undefined;
  }
}
