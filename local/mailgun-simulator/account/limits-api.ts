import { ok, refusal } from '../http/call';
import { readForm } from '../http/form';
import type { Route } from '../http/router';

/** `/v5/accounts/limit/custom/monthly`: the account's own limit. It is told and never enforced. */
export function limitRoutes(): readonly Route[] {
  const one = { endpoint: 'limits', path: '/v5/accounts/limit/custom/monthly' };
  let limit: number | undefined;
  return [
    {
      ...one,
      method: 'GET',
      handle: () => {
        if (limit === undefined) throw refusal(404, 'No threshold for account');
        return ok({ limit, current: 0, period: '1m' });
      },
    },
    {
      ...one,
      method: 'PUT',
      handle: (call) => {
        const given = Number(call.query.get('limit') ?? readForm(call).text('limit'));
        if (!Number.isInteger(given) || given < 0) throw refusal(400, 'Invalid limit');
        limit = given;
        return ok({ success: true });
      },
    },
    {
      ...one,
      method: 'DELETE',
      handle: () => {
        limit = undefined;
        return ok({ success: true });
      },
    },
  ];
}
