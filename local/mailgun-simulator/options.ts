import type { DomainSettings } from './domains/domain';
import { DEFAULT_RATES, type BehaviourRates } from './model/behaviour';

/** How a simulator is set up. Everything has a default. */
export interface SimulatorOptions {
  /** Port on 127.0.0.1; 0 takes a free one. @default 0 */
  readonly port?: number;
  /** Decides what every recipient does. @default 1 */
  readonly seed?: number;
  /** API keys that are accepted. @default ['local-mailgun-api-key'] */
  readonly apiKeys?: readonly string[];
  /** Accepts every API key. @default false */
  readonly anyKey?: boolean;
  /** HTTP webhook signing key. @default 'local-webhook-signing-key' */
  readonly signingKey?: string;
  /** Sending domains, by name or with their settings. @default ['mg.example.com'] */
  readonly domains?: readonly (string | DomainSettings)[];
  /**
   * Region whose domains are served; those of another are not found, as at Mailgun.
   *
   * @default - domains of every region
   */
  readonly region?: 'us' | 'eu';
  /** Registered for every event of every domain at the start. @default - none */
  readonly webhookUrl?: string;
  /** Seconds of Mailgun's time that pass in one real second. @default 3600, an hour */
  readonly timeScale?: number;
  /** Replaces some of the {@link DEFAULT_RATES}. */
  readonly rates?: Partial<BehaviourRates>;
  /**
   * Waits before a webhook is repeated, in seconds of Mailgun's time.
   *
   * @default [300, 600, 900, 3600, 7200, 14400]
   */
  readonly webhookRetrySeconds?: readonly number[];
  /** Whether `delivered` webhooks are repeated too; Mailgun's documents disagree. @default true */
  readonly retryDelivered?: boolean;
  /** Webhook calls under way at once. @default 32 */
  readonly webhookConnections?: number;
  /** Longest wait for the answer to a webhook call, in real milliseconds. @default 30000 */
  readonly webhookTimeoutMs?: number;
  /** Longest time before the events API shows an event, in real milliseconds. @default 500 */
  readonly eventsDelayMs?: number;
  /** Requests a minute; what is over is answered with 429. @default - no limit */
  readonly requestsPerMinute?: number;
}

/** {@link SimulatorOptions} with every default in place. */
export interface Settings extends Required<
  Omit<SimulatorOptions, 'domains' | 'rates' | 'region' | 'webhookUrl' | 'requestsPerMinute'>
> {
  readonly domains: readonly DomainSettings[];
  readonly rates: BehaviourRates;
  readonly region: 'us' | 'eu' | undefined;
  readonly webhookUrl: string | undefined;
  readonly requestsPerMinute: number | undefined;
}

/**
 * Puts the defaults in place.
 *
 * @throws {Error} for a value that can't be meant.
 */
export function settingsOf(options: SimulatorOptions): Settings {
  const settings: Settings = {
    port: options.port ?? 0,
    seed: options.seed ?? 1,
    apiKeys: options.apiKeys ?? ['local-mailgun-api-key'],
    anyKey: options.anyKey ?? false,
    signingKey: options.signingKey ?? 'local-webhook-signing-key',
    domains: (options.domains ?? ['mg.example.com']).map(domainSettings),
    region: options.region,
    webhookUrl: options.webhookUrl,
    timeScale: options.timeScale ?? 3600,
    rates: { ...DEFAULT_RATES, ...options.rates },
    webhookRetrySeconds: options.webhookRetrySeconds ?? [300, 600, 900, 3600, 7200, 14_400],
    retryDelivered: options.retryDelivered ?? true,
    webhookConnections: options.webhookConnections ?? 32,
    webhookTimeoutMs: options.webhookTimeoutMs ?? 30_000,
    eventsDelayMs: options.eventsDelayMs ?? 500,
    requestsPerMinute: options.requestsPerMinute,
  };
  if (!(settings.timeScale > 0)) {
    throw new Error(`timeScale: received ${settings.timeScale}, expected a number above 0`);
  }
  for (const [name, rate] of Object.entries(settings.rates)) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new Error(`rates.${name}: received ${String(rate)}, expected a number from 0 to 1`);
    }
  }
  return settings;
}

function domainSettings(domain: string | DomainSettings): DomainSettings {
  const settings = typeof domain === 'string' ? { name: domain } : domain;
  return { ...settings, name: settings.name.toLowerCase() };
}
