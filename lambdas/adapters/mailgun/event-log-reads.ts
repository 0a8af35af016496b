import { TransientError } from '../../core/errors';
import type { LogRead } from '../../core/reconciliation/event-log';
import { later } from './event-pages';

/** Mailgun's names of everything that counts. Acceptance does not: a submission's own record says it. */
export const COUNTED_EVENTS = [
  'delivered',
  'failed',
  'opened',
  'clicked',
  'unsubscribed',
  'complained',
] as const;

/** A secret that can't be read now is a reason to read later, as any other fault is. */
export async function orLater(read: () => Promise<LogRead>): Promise<LogRead> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TransientError) return later('the secret can not be read');
    throw error;
  }
}
