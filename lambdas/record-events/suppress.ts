import type { Dependencies } from './dependencies';
import type { CausedSuppression } from './effects';

/**
 * Makes what stores a suppression. A bounce of a recipient whose address or domain is on the allowlist
 * is none, as at Mailgun; complaints and unsubscribes hold for everyone.
 */
export function createSuppress({
  suppressions,
  allowlist,
}: Pick<Dependencies, 'suppressions' | 'allowlist'>) {
  return async ({ suppression, mailDomain }: CausedSuppression): Promise<void> => {
    const { domain, recipient, reason } = suppression;
    // Bounces are few, so that reading the list for each is cheap.
    if (reason === 'bounce' && (await allowlist.allows(domain, [recipient, mailDomain]))) return;

    await suppressions.add(suppression);
  };
}
