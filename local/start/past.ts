import { SuppressionTable } from '../../lambdas/adapters/dynamodb/suppression-table';
import { normaliseAddress } from '../../lambdas/core/recipient/address';
import { recipientDigest } from '../../lambdas/core/recipient/recipient-digest';
import type { SuppressionReason } from '../../lambdas/core/suppression/suppression';
import type { LocalMailer } from './local-mailer';
import { listSuppressed } from './mailgun-operator';
import { SAMPLE_DOMAIN, sampleRecipients } from './sample-campaign';
import type { SampleReason, SampleRecipient } from './sample-campaign';

const REASON: Readonly<Record<SampleReason, SuppressionReason>> = {
  bounced: 'bounce',
  complained: 'complaint',
  unsubscribed: 'unsubscribe',
};

/** Writes under way at a time. */
const CONCURRENCY = 20;

/**
 * Gives the sample a past: some of its people bounced, complained or unsubscribed before. Mailgun
 * has all of them on its lists; the mailer knows those that its last look at these lists showed.
 *
 * @returns how many are known to the mailer.
 */
export async function createPast(
  mailer: LocalMailer,
  { seed, recipients }: { readonly seed: number; readonly recipients: number },
): Promise<number> {
  const past: SampleRecipient[] = [];
  for (const person of sampleRecipients(seed, recipients)) {
    if (person.reason !== undefined) past.push(person);
  }
  // An external server is somebody else's: its lists stay as they are.
  if (mailer.simulator !== undefined) {
    const listed = past.flatMap(({ recipient: { email }, reason }) =>
      reason === undefined ? [] : [{ email, reason }],
    );
    await listSuppressed(mailer.mailgun, SAMPLE_DOMAIN, listed);
  }
  const known = past.filter(({ role }) => role === 'suppressed');
  for (let from = 0; from < known.length; from += CONCURRENCY) {
    const group = known.slice(from, from + CONCURRENCY);
    await Promise.all(group.map((person) => suppress(mailer, person)));
  }
  return known.length;
}

/** Writes what a reading of Mailgun's lists would write. */
async function suppress(
  { aws, outputs, recipientPepper }: LocalMailer,
  { recipient, reason = 'unsubscribed' }: SampleRecipient,
): Promise<void> {
  const address = normaliseAddress(recipient.email);
  if (address === undefined) return;
  await new SuppressionTable(aws.tables, outputs.SuppressionsTableName).add({
    domain: SAMPLE_DOMAIN,
    recipient: recipientDigest(recipientPepper, address),
    reason: REASON[reason],
    cause: `mailgun:${reason}`,
    observedAtMs: Date.now() - 30 * 86_400_000,
  });
}
