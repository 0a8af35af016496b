import { createInterface } from 'node:readline/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AccountSigningKey } from '../lambdas/adapters/mailgun/account-signing-key';
import { REGION_BASE_URLS } from '../lambdas/adapters/mailgun/mailgun-access';
import { Transport } from '../lambdas/adapters/mailgun/transport';
import { SecretStore } from '../lambdas/adapters/secrets/secret-store';
import { SigningKeysInSecret } from '../lambdas/adapters/secrets/signing-keys-in-secret';
import {
  forgetPreviousKeys,
  replaceSigningKey,
  type SigningKeyIssuer,
} from '../lambdas/core/webhook/replace-signing-key';
import { runCommand, say, UsageError } from './command';
import { readRotation, USAGE, type RotationTarget } from './rotate-signing-key-options';

/** How long a person is waited for: less than workers heed the mark in the secret. */
const PATIENCE_MS = 50 * 60_000;

async function run(args: readonly string[]): Promise<number> {
  const target = await readRotation(args);
  const client = new SecretsManagerClient({ ...target.client });
  const keys = new SigningKeysInSecret(client, target.secretId);
  const issuer = target.issuer === 'stdin' ? dashboard : await account(target, client);

  if (target.task === 'forget-previous') {
    if ((await forgetPreviousKeys({ keys, issuer })) === 'forgotten') {
      say('the current key is the only one now');
      return 0;
    }
    say("the secret's first key is not the one Mailgun signs with: replace it first");
    return 1;
  }
  await replaceSigningKey({ keys, issuer, clock: Date.now, pause, onStep: say });
  say('next, in 9 hours: the same command with --forget-previous');
  return 0;
}

/** The Mailgun account, by its API. */
async function account(
  { secretId, region, mailgunUrl }: RotationTarget,
  client: SecretsManagerClient,
): Promise<SigningKeyIssuer> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const secrets = new SecretStore({ client, secretId, clock: Date.now, log });
  const apiKey = process.env['MAILGUN_API_KEY'] ?? (await secrets.current()).apiKeys['default'];
  if (apiKey === undefined) {
    throw new UsageError('API key: received none, expected one in MAILGUN_API_KEY or the secret');
  }
  const baseUrl = mailgunUrl ?? REGION_BASE_URLS[region];
  return new AccountSigningKey({ baseUrl, apiKey, transport: new Transport(), clock: Date.now });
}

/** A person in front of Mailgun's dashboard. */
const dashboard: SigningKeyIssuer = {
  current: () => Promise.resolve(undefined),
  replace: async () => {
    say('now make a new HTTP webhook signing key in the dashboard of Mailgun, and paste it here');
    say('within 50 minutes:');
    // Nothing is shown of what is typed.
    const { stdin: input } = process;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const lines = createInterface({ input, terminal: input.isTTY, signal });
    try {
      for await (const line of lines) {
        if (/^[\x21-\x7e]{16,128}$/.test(line.trim())) return line.trim();
        say('this is no key: expected 16 to 128 characters without a space');
      }
    } finally {
      lines.close();
    }
    throw new Error(
      'no key was given; run the command again before Mailgun signs with another one',
    );
  },
};

runCommand({ usage: USAGE, run, advice: 'next: mend that, and run it again' });
