import {
  forgetPreviousKeys,
  replaceSigningKey,
  SETTLING_MS,
  type SigningKeyIssuer,
  type StoredSigningKeys,
} from '../../../lambdas/core/webhook/replace-signing-key';
import { isRotating } from '../../../lambdas/core/webhook/key-rotation';

const NOW_MS = 1770146432_000;

/** A secret, an account, and a process that may die before or after each call it makes of them. */
function aDeployment({ stored = ['old-key'], signing = 'old-key', asksMailgun = true } = {}) {
  const secret: { keys: readonly string[]; untilMs: number | undefined } = {
    keys: stored,
    untilMs: undefined,
  };
  const account = { signing, made: 0 };
  const steps: string[] = [];
  const time = { ms: NOW_MS };
  const death = { at: Infinity, passed: 0 };
  /** Whether every key that may sign was in the secret, or the secret marked, all the time. */
  const safe = () => secret.keys.includes(account.signing) || isRotating(secret.untilMs, time.ms);
  const moments: boolean[] = [];

  const mortal = async <T>(effect: () => T): Promise<T> => {
    await Promise.resolve();
    if ((death.passed += 1) > death.at) throw new Error('died');
    const result = effect();
    moments.push(safe());
    if ((death.passed += 1) > death.at) throw new Error('died');
    return result;
  };
  const keys: StoredSigningKeys = {
    read: () => mortal(() => secret.keys),
    write: (newKeys, untilMs) =>
      mortal(() => void Object.assign(secret, { keys: newKeys, untilMs })),
  };
  const issuer: SigningKeyIssuer = {
    current: () => mortal(() => (asksMailgun ? account.signing : undefined)),
    replace: () => mortal(() => (account.signing = `new-key-${(account.made += 1)}`)),
  };
  const pause = (ms: number) => mortal(() => void (time.ms += ms));
  const onStep = (step: string) => void steps.push(step);
  const run = () => replaceSigningKey({ keys, issuer, clock: () => time.ms, pause, onStep });
  return { secret, account, steps, time, death, moments, keys, issuer, run };
}

describe('replacing the signing key', () => {
  it('leaves the new key before the old one, and no mark', async () => {
    const { run, secret } = aDeployment();

    await run();

    expect(secret).toEqual({ keys: ['new-key-1', 'old-key'], untilMs: undefined });
  });

  it('marks the secret, and waits, before there is a new key', async () => {
    const { run, moments, time } = aDeployment();

    await run();

    expect(moments).not.toContain(false);
    expect(time.ms).toBe(NOW_MS + SETTLING_MS);
  });

  it.each([true, false])(
    'can die anywhere and be run again (asking Mailgun: %p)',
    async (asksMailgun) => {
      const whole = aDeployment({ asksMailgun });
      await whole.run();
      const awaits = whole.death.passed;

      for (let at = 0; at < awaits; at += 1) {
        const { run, secret, account, moments, death } = aDeployment({ asksMailgun });
        death.at = at;
        await expect(run()).rejects.toThrow('died');
        death.at = Infinity;
        await run();

        expect(moments).not.toContain(false);
        expect(secret.keys[0]).toBe(account.signing);
        expect(secret.keys).toContain('old-key');
        expect(secret.untilMs).toBeUndefined();
        // One that signs already is taken over, where that can be asked.
        const completed = asksMailgun && at === awaits - 1 ? 1 : 0;
        if (asksMailgun) expect(account.made).toBeLessThanOrEqual(1 + completed);
      }
      expect(awaits).toBeGreaterThan(12);
    },
  );

  it('takes a key over that signs already and is not in the secret', async () => {
    const { run, secret, account, steps } = aDeployment({ signing: 'made-by-hand' });

    await run();

    expect(secret.keys).toEqual(['made-by-hand', 'old-key']);
    expect(account.made).toBe(0);
    expect(steps).toContain('found a key in use that the secret lacks');
  });

  it('does not take a known key for a new one', async () => {
    const { run, issuer, secret } = aDeployment({ asksMailgun: false });
    issuer.replace = () => Promise.resolve('old-key');

    await expect(run()).rejects.toMatchObject({ code: 'known-key' });
    expect(secret.keys).toEqual(['old-key']);
  });

  it('changes nothing where the account can not be asked', async () => {
    const { run, issuer, secret } = aDeployment();
    issuer.current = () => Promise.reject(new Error('401'));

    await expect(run()).rejects.toThrow('401');
    expect(secret).toEqual({ keys: ['old-key'], untilMs: undefined });
  });

  it('tells its steps without a key', async () => {
    const { run, steps } = aDeployment();

    await run();

    expect(steps).toHaveLength(4);
    expect(steps.join()).not.toMatch(/old-key|new-key/);
  });
});

describe('forgetting previous keys', () => {
  it.each([true, false])('leaves the current one (asking Mailgun: %p)', async (asksMailgun) => {
    const { keys, issuer, secret } = aDeployment({ stored: ['old-key', 'older'], asksMailgun });

    expect(await forgetPreviousKeys({ keys, issuer })).toBe('forgotten');
    expect(secret.keys).toEqual(['old-key']);
  });

  it.each([
    ['the first is not in use', { stored: ['old-key', 'older'], signing: 'older' }],
    ['there is none', { stored: [] }],
  ])('changes nothing where %s', async (_why, deployment) => {
    const { keys, issuer, secret } = aDeployment(deployment);

    expect(await forgetPreviousKeys({ keys, issuer })).toBe('not-current');
    expect(secret.keys).toEqual(deployment.stored);
  });
});
