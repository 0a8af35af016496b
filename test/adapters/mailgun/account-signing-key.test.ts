import { AccountSigningKey } from '../../../lambdas/adapters/mailgun/account-signing-key';
import { Transport } from '../../../lambdas/adapters/mailgun/transport';
import {
  startLaboratory,
  stopLaboratories,
  type Laboratory,
} from '../../local/mailgun-simulator/api-client';

let mailgun: Laboratory;

beforeEach(async () => {
  mailgun = await startLaboratory({ signingKey: 'first-signing-key' });
});

afterEach(stopLaboratories);

const account = (apiKey = mailgun.apiKey, baseUrl = mailgun.url) =>
  new AccountSigningKey({ baseUrl, apiKey, transport: new Transport(), clock: Date.now });
const answering = (fault: object) =>
  mailgun.fault({ match: { path: '/v5/accounts/http_signing_key', method: 'POST' }, fault });

describe("the account's signing key", () => {
  it('is read, and replaced by another', async () => {
    expect(await account().current()).toBe('first-signing-key');

    const replaced = await account().replace();

    expect(replaced).not.toBe('first-signing-key');
    expect(await account().current()).toBe(replaced);
  });

  it('is asked for where the answer to its replacement does not name it', async () => {
    await answering({ status: 200, accept: true, body: { message: 'success' } });

    const replaced = await account().replace();

    expect(replaced).not.toBe('first-signing-key');
  });

  it.each([
    ['status 401: needs an account key of this region', { status: 401, body: 'Forbidden' }],
    ['status 403: needs an account key of this region', { status: 403, body: {} }],
    ['status 500', { status: 500, body: { message: 'key-1 is broken' } }],
    ['no answer (', { reset: 'before' }],
  ])('is not replaced by %s, of which nothing else is quoted', async (message, fault) => {
    await answering(fault);

    const error = await account().replace().catch(String);

    expect(error).toContain(`POST /v5/accounts/http_signing_key at Mailgun: ${message}`);
    expect(error).not.toMatch(/key-1|local-mailgun/);
  });

  it('is not known where the account has none', async () => {
    await mailgun.fault({ match: { endpoint: 'signing key' }, fault: { status: 200, body: {} } });

    await expect(account().current()).rejects.toThrow('Mailgun names no signing key');
  });

  it('is refused to an unknown API key', async () => {
    await expect(account('another').current()).rejects.toThrow('needs an account key');
  });
});
