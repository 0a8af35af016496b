import { MailgunWebhookRegistry } from '../../lambdas/adapters/mailgun/mailgun-webhook-registry';
import { registerWebhooks } from '../../lambdas/core/webhook/reconcile-webhooks';
import type { WebhookEvent } from '../../lambdas/core/webhook/webhook-registry';
import type { FoundDeployment } from './deployment';
import {
  accessTo,
  checkDomain,
  domainNames,
  signingKeyOf,
  type Account,
  type DomainCheck,
} from './mailgun-account';
import type { SetupOptions } from './options';
import { SetupError } from './setup-error';
import { hasSigningKey, withKeys, type StoredSecret } from './stored-secret';

/** What setting up works with. */
export interface SettingUp {
  readonly options: Pick<SetupOptions, 'ownKey' | 'sendingKeyOnly' | 'webhooks'>;
  readonly account: Account;
  readonly deployment: Pick<FoundDeployment, 'webhookUrl'>;
  /** Kinds of events to register. */
  readonly events: readonly WebhookEvent[];
  readonly secret: StoredSecret;
  /** The signing key, where it was given. */
  readonly signingKey: string | undefined;
  /** Asks for it, where Mailgun does not tell it. */
  readonly askForSigningKey: () => Promise<string>;
  readonly say: (what: string, outcome: string) => void;
}

/**
 * Checks the keys against Mailgun, stores them, and registers the webhooks.
 *
 * Everything is asked and checked before the secret is written, by one call: whatever stops it
 * leaves the secret as it was. Made again with the same keys, it changes nothing.
 *
 * @returns whether all is as it should be; not, where the webhooks could not be registered.
 * @throws {SetupError} where the keys can't be right; nothing was written.
 */
export async function setUp(work: SettingUp): Promise<boolean> {
  const { account, options, secret, say } = work;
  const sendsOnly = await checkKey(work);
  const before = await secret.read();
  const signingKey = await signingKeyFor(work, hasSigningKey(before), sendsOnly);

  const keyName = options.ownKey ? account.domain : 'default';
  const after = withKeys(before, { apiKey: account.apiKey, keyName, signingKey });
  const changed = await secret.write(before, after);
  say('secret', changed ? `written; the API key is that of "${keyName}"` : 'unchanged');
  if (changed) say('', 'running functions read it anew within 5 minutes');
  return sendsOnly || register(work);
}

/** @returns whether the key may send and nothing else. */
async function checkKey({ account, options, say }: SettingUp): Promise<boolean> {
  const check = await checkDomain(account);
  const { domain, region } = account;
  if (check.result === 'found') {
    say('domain', `${domain} is ${check.state}, ${regionName(account)}`);
    if (check.state !== 'active') say('', `npm run doctor -- ${domain} tells what is missing`);
    return false;
  }
  if (check.result === 'unreadable') throw new SetupError(`Mailgun: ${check.reason}`);

  const elsewhere = await checkOtherRegion(account);
  if (elsewhere?.result === 'found') {
    const other = otherRegion(region);
    throw new SetupError(
      `${domain} is not in the region ${region}, but in ${other}: expected --region ${other}, and ` +
        `region: '${other}' for it in config/stages.ts`,
    );
  }
  if (check.result === 'notFound') {
    const names = await domainNames(account);
    const known = names.length === 0 ? 'none that can be read' : names.join(', ');
    throw new SetupError(`${domain}: the account of this key has no such domain; it has ${known}`);
  }
  if (!options.sendingKeyOnly) {
    throw new SetupError(
      'Mailgun does not know the API key (401), in neither region: it is wrong, or may send only. ' +
        'Expected an account key; with --sending-key-only a key that may send is stored unchecked',
    );
  }
  say('domain', `${domain} can't be checked: the key may send only, or is wrong`);
  say('', 'such a key can’t settle what is in doubt, reconcile, sync suppressions,');
  say('', 'register webhooks or examine the domain: each needs an account key');
  return true;
}

async function checkOtherRegion(account: Account): Promise<DomainCheck | undefined> {
  if (account.apiBaseUrl !== undefined) return undefined;
  return checkDomain({ ...account, region: otherRegion(account.region) });
}

async function signingKeyFor(
  { account, signingKey, askForSigningKey, say }: SettingUp,
  isStored: boolean,
  sendsOnly: boolean,
): Promise<string | undefined> {
  if (signingKey !== undefined) {
    say('signing key', 'as given');
    return signingKey;
  }
  const fetched = sendsOnly ? undefined : await signingKeyOf(account);
  if (fetched !== undefined) {
    say('signing key', 'fetched from Mailgun');
    return fetched;
  }
  if (isStored) {
    say('signing key', 'the stored one stays: this API key may not read it');
    return undefined;
  }
  return askForSigningKey();
}

async function register({
  account,
  deployment,
  events,
  options,
  say,
}: SettingUp): Promise<boolean> {
  const { webhookUrl: url } = deployment;
  if (!options.webhooks || url === undefined) {
    say('webhooks', 'not registered here');
    return true;
  }
  const registry = new MailgunWebhookRegistry(accessTo(account));
  const [outcome] = await registerWebhooks(
    { registry, clock: Date.now, deadlineMs: Date.now() + 30_000 },
    { url, events, domains: [account.domain] },
  );
  const problems = outcome?.problems ?? [];
  say('webhooks', problems.length === 0 ? 'registered' : `not registered: ${problems.join('; ')}`);
  return problems.length === 0;
}

const otherRegion = (region: 'us' | 'eu'): 'us' | 'eu' => (region === 'us' ? 'eu' : 'us');

const regionName = ({ region, apiBaseUrl }: Account): string =>
  apiBaseUrl === undefined ? `in the region ${region}` : `at ${apiBaseUrl}`;
