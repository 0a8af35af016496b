import type { SendRequest } from '../../../client/send-request';
import { CAMPAIGN, DOMAIN } from './world';

/** A campaign of batches; every address stands in one batch only. */
export function batches(count: number, recipientsEach: number): SendRequest[] {
  return Array.from({ length: count }, (_unused, batch) => ({
    version: 1 as const,
    ...CAMPAIGN,
    batchId: String(batch + 1).padStart(6, '0'),
    domain: DOMAIN,
    message: { from: `Acme <news@${DOMAIN}>`, subject: 'Hi', text: 'Hello' },
    recipients: Array.from({ length: recipientsEach }, (_none, index) => ({
      email: addressOf(batch, index),
    })),
  }));
}

/** The address of a recipient by its batch and position. */
export function addressOf(batch: number, index: number): string {
  return `r${batch}-${index}@example.com`;
}
