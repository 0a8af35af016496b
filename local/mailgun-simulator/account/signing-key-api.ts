import { ok } from '../http/call';
import type { Route } from '../http/router';
import type { Mailgun } from '../mailgun';

/** `/v5/accounts/http_signing_key`: the key webhooks are signed with. */
export function signingKeyRoutes({ settings }: Mailgun): readonly Route[] {
  return [
    {
      endpoint: 'signing-key',
      method: 'GET',
      path: '/v5/accounts/http_signing_key',
      handle: () => ok({ message: 'success', http_signing_key: settings.signingKey }),
    },
  ];
}
