import {
  noRecipients,
  partOf,
  partsOf,
  RECIPIENT_PARTS,
  type RecipientCounts,
} from '../../../lambdas/core/report/recipient-parts';
import { normaliseAddress } from '../../../lambdas/core/recipient/address';
import { CAMPAIGN, type World } from './world';

/** What the books say against what happened. */
export interface Reckoning {
  /** Addresses that got the mail more than once. */
  readonly mailedTwice: number;
  /** Recipients the books call accepted who got no mail, or who got it and are not called so. */
  readonly misstated: number;
  /** Recipients of the audience that no part of the report counts. */
  readonly unaccounted: number;
  readonly parts: RecipientCounts;
}

/** Compares the books with what Mailgun did, recipient by recipient. */
export async function reckon(world: World): Promise<Reckoning> {
  const parts = noRecipients();
  let misstated = 0;
  let unaccounted = 0;
  for (const { accountId, campaignId, batchId, recipients } of world.requests) {
    const books = await world.ledger.readBatch({ accountId, campaignId, batchId });
    if (books === undefined) {
      unaccounted += recipients.length;
      continue;
    }
    const counts = partsOf(books);
    for (const part of RECIPIENT_PARTS) parts[part] += counts[part];
    recipients.forEach(({ email }, position) => {
      const part = partOf(books, position);
      if (part === 'duplicate') return;
      const address = normaliseAddress(email);
      const isMailed = address !== undefined && world.mailgun.mailings.has(address);
      if (isMailed !== (part === 'accepted')) misstated += 1;
    });
  }
  return { mailedTwice: world.mailgun.mailedTwice.length, misstated, unaccounted, parts };
}

/**
 * Holds every step of a run to the rule that nothing leaves the queue without a visible state: its
 * batch is over, set aside, a dead letter, or in the queue another time.
 */
export function watchDeletions(world: World): readonly string[] {
  const lost: string[] = [];
  world.fleet.onDelete = (body) => {
    const { batchId } = JSON.parse(body) as { batchId: string };
    const copies = world.queue.bodies.filter((other) => other === body).length;
    const isParked = world.parked.bodies.includes(body);
    const isDead = world.deadLetters.letters.some((letter) => letter.body === body);
    if (copies > 1 || isParked || isDead) return;
    void world.ledger.readBatch({ ...CAMPAIGN, batchId }).then((books) => {
      if (books?.batch.state !== 'ended') lost.push(batchId);
    });
  };
  return lost;
}
