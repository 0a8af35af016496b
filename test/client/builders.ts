import type { CampaignDescription } from '../../client/form-batches';
import type { Recipient } from '../../client/send-request';

/** A campaign as a producer describes it. */
export const aCampaign = (changes: Partial<CampaignDescription> = {}): CampaignDescription => ({
  accountId: 'acme',
  campaignId: 'spring-sale',
  domain: 'mg.example.com',
  message: {
    from: 'Acme <news@mg.example.com>',
    subject: 'Hi %recipient.first%',
    text: 'Spring is here.',
  },
  ...changes,
});

/** A send request as JSON would bring it. */
export const aSendRequest = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  version: 1,
  batchId: '000001',
  ...aCampaign(),
  recipients: [{ email: 'ada@example.com' }],
  ...changes,
});

/** As many recipients as asked for, made one at a time. */
export function* recipients(count: number): Generator<Recipient> {
  for (let index = 0; index < count; index += 1) yield { email: `r${index}@example.com` };
}
