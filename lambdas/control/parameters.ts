import type { CampaignKey } from '../core/campaign/keys';
import { normaliseAddress } from '../core/recipient/address';
import { RequestProblem, type ControlRequest } from './request';

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const DOMAIN = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** @throws {RequestProblem} 400 when an id is not one. */
export function campaignIn(request: ControlRequest): CampaignKey {
  return { accountId: idIn(request, 'account'), campaignId: idIn(request, 'campaign') };
}

/** @throws {RequestProblem} 400 when the id is not one. */
export function accountIn(request: ControlRequest): string {
  return idIn(request, 'account');
}

/** @returns the domain, lower-cased. @throws {RequestProblem} 400 when it is not one. */
export function domainIn({ parameters }: ControlRequest): string {
  const domain = (parameters['domain'] ?? '').toLowerCase();
  if (DOMAIN.test(domain)) return domain;

  throw new RequestProblem(
    400,
    'invalid-domain',
    `domain: received ${domain.length} characters, expected a domain name such as mg.example.com`,
  );
}

/** @returns the address, normalised. @throws {RequestProblem} 400 when it is not one. */
export function addressIn({ parameters }: ControlRequest): string {
  const text = parameters['email'] ?? '';
  const address = normaliseAddress(text);
  if (address !== undefined) return address;

  throw new RequestProblem(
    400,
    'invalid-address',
    `email: received ${text.length} characters, expected a percent-encoded address that Mailgun takes; ` +
      'an address it would refuse is counted as invalid and its recipient is not recorded',
  );
}

function idIn({ parameters }: ControlRequest, name: 'account' | 'campaign'): string {
  const id = parameters[name] ?? '';
  if (ID.test(id)) return id;

  throw new RequestProblem(
    400,
    'invalid-id',
    `${name}: received ${id.length} characters, expected 1 to 64 of A-Z a-z 0-9 _ -`,
  );
}
