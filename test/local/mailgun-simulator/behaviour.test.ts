import * as fc from 'fast-check';
import { behaviourOf, DEFAULT_RATES } from '../../../local/mailgun-simulator/model/behaviour';
import { FORCING_WORDS } from '../../../local/mailgun-simulator/model/forced-behaviour';
import type { Happening } from '../../../local/mailgun-simulator/model/happenings';

const EVERYTHING = { opens: true, clicks: true, unsubscribes: true };
const NOTHING = { opens: false, clicks: false, unsubscribes: false };
const HOUR = 3600;

const happenings = (address: string, seed = 1) =>
  behaviourOf(seed, address, DEFAULT_RATES, EVERYTHING).map(({ happening }) => happening);

it('is the same for the same seed and address, and another for another seed', () => {
  const everyone = Array.from({ length: 500 }, (_, index) => `r${String(index)}@example.com`);
  const plan = (seed: number) =>
    everyone.map((address) => behaviourOf(seed, address, DEFAULT_RATES, EVERYTHING));

  expect(plan(1)).toEqual(plan(1));
  expect(plan(1)).not.toEqual(plan(2));
});

it('does nothing else when the message rules something out', () => {
  fc.assert(
    fc.property(fc.nat(), fc.emailAddress(), (seed, email) => {
      const address = email.toLowerCase();
      const all = behaviourOf(seed, address, DEFAULT_RATES, EVERYTHING);
      const rest = behaviourOf(seed, address, DEFAULT_RATES, NOTHING);
      const reactions = /^(opened|clicked|unsubscribed)/;
      expect(rest).toEqual(all.filter(({ happening }) => !reactions.test(happening)));
    }),
  );
});

it('ends every message in one way, and reacts only to what was delivered', () => {
  const endings: readonly Happening[] = [
    'delivered',
    'bounced',
    'blocked',
    'refusedByPolicy',
    'refusedByBlockList',
    'mailboxFull',
    'tooOld',
  ];
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (seed, person) => {
      const steps = happenings(`r${String(person)}@example.com`, seed);
      expect(steps.filter((step) => endings.includes(step))).toHaveLength(1);
      const before = steps.slice(0, steps.indexOf('delivered') + 1);
      if (steps.includes('delivered')) {
        expect(new Set(before)).toEqual(
          new Set(before.includes('deferred') ? ['deferred', 'delivered'] : ['delivered']),
        );
      }
      if (steps.includes('clicked')) expect(steps).toContain('opened');
    }),
  );
});

it('is over within 40 hours of Mailgun', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (seed, person) => {
      const address = `r${String(person)}@example.com`;
      const last = behaviourOf(seed, address, DEFAULT_RATES, EVERYTHING).at(-1);
      expect(last?.afterSeconds).toBeLessThan(40 * HOUR);
    }),
  );
});

it('keeps to its rates over many recipients', () => {
  const counts = new Map<Happening, number>();
  const people = 20_000;
  for (let person = 0; person < people; person += 1) {
    for (const happening of new Set(happenings(`r${String(person)}@example.com`))) {
      counts.set(happening, (counts.get(happening) ?? 0) + 1);
    }
  }
  const share = (happening: Happening) => (counts.get(happening) ?? 0) / people;

  expect(share('delivered')).toBeGreaterThan(0.985);
  expect(share('bounced')).toBeCloseTo(0.008, 2);
  expect(share('deferred')).toBeGreaterThan(0.01);
  expect(share('deferred')).toBeLessThan(0.02);
  expect(share('opened')).toBeCloseTo(0.3, 1);
  expect(share('openedByMachine')).toBeCloseTo(0.14, 1);
  expect(share('clicked')).toBeCloseTo(0.03, 2);
  expect(share('complained')).toBeGreaterThan(0.0001);
  expect(share('complained')).toBeLessThan(0.001);
});

it.each<[string, readonly Happening[]]>([
  ['deliver', ['delivered']],
  ['defer', ['deferred', 'delivered']],
  ['bounce', ['bounced']],
  ['late-bounce', ['delivered', 'bouncedLate']],
  ['block', ['blocked']],
  ['block-list', ['refusedByBlockList']],
  ['policy', ['refusedByPolicy']],
  ['full', ['mailboxFull']],
  ['too-old', ['deferred', 'tooOld']],
  ['open', ['delivered', 'opened']],
  ['machine-open', ['delivered', 'openedByMachine']],
  ['click', ['delivered', 'opened', 'clicked']],
  ['machine-click', ['delivered', 'openedByMachine', 'clickedByMachine']],
  ['complain', ['delivered', 'complained']],
  ['unsubscribe', ['delivered', 'unsubscribed']],
])('can be forced by the local part %s', (word, expected) => {
  for (const address of [`${word}@example.com`, `${word}-17@example.com`]) {
    expect(new Set(happenings(address))).toEqual(new Set(expected));
  }
});

it('has a test for every word that forces something', () => {
  expect(FORCING_WORDS).toHaveLength(15);
});

it('is not forced by a word in the middle or without a hyphen', () => {
  const bounced = ['bouncer@example.com', 'no-bounce@example.com', 'a@bounce.example.com'].filter(
    (address) => happenings(address).includes('bounced'),
  );

  expect(bounced).toEqual([]);
});
