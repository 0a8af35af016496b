import { ok, parameter, type Call } from '../http/call';
import { readJson } from '../http/form';
import type { Route } from '../http/router';
import type { Mailgun } from '../mailgun';
import { readDomainChanges } from './domain-input';

/** `/__simulator/domains/{name}`: how a domain is set up, and how it is from now on. Needs no key. */
export function domainSettingsRoutes(mailgun: Mailgun): readonly Route[] {
  const one = { endpoint: '__simulator', path: '/__simulator/domains/:domain' };
  const domainOf = (call: Call) => mailgun.state(parameter(call, 'domain')).domain;
  return [
    { ...one, method: 'GET', handle: (call) => ok(domainOf(call).settings) },
    {
      ...one,
      method: 'PATCH',
      handle: (call) => {
        const domain = domainOf(call);
        domain.change(readDomainChanges(readJson(call)));
        return ok(domain.settings);
      },
    },
  ];
}
