import type { Settings } from './settings';

/** Domains without what only the sender needs: how each is reached, and what it may send. */
export function domainAllowances(domains: Settings['domains']) {
  const allowances = Object.entries(domains).map(
    ([name, { region, apiBaseUrl, recipientsPerSecond, recipientsPerDay, warmUp }]) =>
      [name, { region, apiBaseUrl, recipientsPerSecond, recipientsPerDay, warmUp }] as const,
  );
  return Object.fromEntries(allowances);
}
