import type { Configuration } from '../lib/config/configuration';

/**
 * Every deployment of the project. `npx cdk synth` takes the first, `npx cdk synth -c stage=production`
 * another. All properties: `docs/configuration.md`.
 */
export const stages: readonly Configuration[] = [
  {
    stage: 'development',
    development: true,
    domains: { 'mg.example.com': { region: 'us' } },
    retention: { logDays: 7 },
  },
  {
    stage: 'production',
    domains: { 'mg.example.com': { region: 'us' } },
    retention: { logDays: 90 },
  },
];
