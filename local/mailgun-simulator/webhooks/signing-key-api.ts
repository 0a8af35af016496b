import { ok } from '../http/call';
import type { Route } from '../http/router';
import type { Mailgun } from '../mailgun';

/** The account's signing key: read, and made anew. */
export function signingKeyRoutes({ signingKey }: Mailgun): readonly Route[] {
  const one = { endpoint: 'signing key', path: '/v5/accounts/http_signing_key' };
  return [
    { ...one, method: 'GET', handle: () => ok({ http_signing_key: signingKey.current }) },
    { ...one, method: 'POST', handle: () => ok({ http_signing_key: signingKey.replace() }) },
  ];
}
