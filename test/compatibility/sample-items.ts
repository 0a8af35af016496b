import { halvesOf } from '../../lambdas/core/submission/dispatch';
import type { SplitSubmission, Submission } from '../../lambdas/core/submission/submission';
import { newReading } from '../../lambdas/core/report/campaign-figures';
import { aRecordedEvent } from '../support/builders/recorded-events';
import { NOW, type Stores } from './stores';

const DOMAIN = 'mg.example.com';
const campaign = { accountId: 'acme', campaignId: 'spring-sale' };
const batch = { ...campaign, batchId: '000001' };
const PARKED = { ...campaign, batchId: '000002' };
const change = { reason: 'wrong price', actor: 'grace', atMs: NOW };
const by = (afterMs: number) => ({ ...change, atMs: NOW + afterMs });
const recipient = (byte: number) => Buffer.alloc(16, byte);

const shared = (path: string, from: number, to: number) => ({
  ...{ path, range: { from, to }, suppressed: new Set([from]), recipients: to - from },
  ...{ attempts: 1, revision: 0, atMs: NOW },
});
const call = { attemptToken: 'token-1', leaseUntilMs: NOW + 60_000, messageId: 'a@mg.example.com' };
const split: SplitSubmission = { ...shared('/', 0, 10), state: 'split', at: 5 };

const NEWS = { happenedAtMs: NOW, nowMs: NOW, everyMs: 3_600_000 };

/** One submission in each state there is. */
const SUBMISSIONS: readonly Submission[] = [
  split,
  { ...shared('/0', 0, 5), state: 'planned' },
  { ...shared('/1', 5, 10), state: 'accepted', messageId: 'b@mg.example.com' },
  { ...shared('/00', 0, 2), ...call, state: 'dispatching' },
  { ...shared('/01', 2, 5), state: 'refused', part: 'invalid', reason: '400 no address' },
  { ...shared('/10', 5, 7), state: 'skipped' },
  {
    ...{ ...shared('/11', 7, 10), state: 'inDoubt', messageId: 'c@mg.example.com' },
    ...{ cause: 'timeout', calledAtMs: NOW - 5_000 },
  },
];

/** Has today's code write one item of every kind there is. */
export async function writeSample({ adapters }: Stores): Promise<void> {
  await writeBatches(adapters);
  await writeEvents(adapters);
  await writeStandings(adapters);
  await writeLimits(adapters);
  await writeReconciliation(adapters);
}

type Adapters = Stores['adapters'];

async function writeBatches({ ledger, records, index }: Adapters): Promise<void> {
  const content = {
    ...{ domain: DOMAIN, contentDigest: 'digest', audience: 10 },
    ...{ invalid: new Set([8]), duplicate: new Set([9]) },
  };
  await ledger.begin({ key: batch, ...content }, NOW);
  for (const submission of SUBMISSIONS) await ledger.advance(batch, undefined, submission);
  await ledger.begin({ key: PARKED, ...content }, NOW);
  await ledger.park(PARKED, 'message-2');
  await records.record(batch, { digests: Buffer.alloc(80, 7), domain: DOMAIN });
  await index.record('b@mg.example.com', { ...batch, path: '/1' });
}

async function writeEvents({ tallies, events, suppressions }: Adapters): Promise<void> {
  await tallies.add({ batch, kind: 'delivered', positions: new Set([0, 1, 5]) });
  await tallies.add({ batch, kind: 'machineOpened', positions: new Set([1]) });
  await events.put(aRecordedEvent());
  const foreign = { kind: 'foreign', domain: DOMAIN } as const;
  await events.put(aRecordedEvent({ owner: foreign, token: 'b'.repeat(50) }));
  const suppression = { domain: DOMAIN, cause: '550 unknown', observedAtMs: NOW };
  await suppressions.add({ ...suppression, recipient: recipient(1), reason: 'bounce' });
  await suppressions.add({
    ...{ ...suppression, recipient: recipient(2), reason: 'unsubscribe' },
    tags: ['spring'],
  });
}

async function writeStandings({ controls, healths, leftovers }: Adapters): Promise<void> {
  await controls.describeCampaign(campaign, { name: 'Spring sale', expectedRecipients: 20 });
  await controls.pauseCampaign(campaign, by(0));
  await controls.resumeCampaign(campaign, by(1));
  await controls.cancelCampaign(campaign, by(2));
  await controls.decideDoubt(campaign, { decision: 'accept', atMs: NOW }, by(3));
  await controls.suspendAccount('acme', by(4));
  await controls.blockDomain(DOMAIN, by(5));
  await controls.noteRedrive('campaigns', by(6));
  const hold = { untilMs: NOW + 7_200_000, reason: '429', atMs: NOW, notified: true };
  await controls.holdDomain(DOMAIN, hold);
  await controls.capRecipients(DOMAIN, 250);
  const record = { type: 'TXT', name: DOMAIN, value: 'v=spf1 include:mailgun.org ~all' } as const;
  const finding = { code: 'spf-missing', severity: 'error', message: 'no SPF', record } as const;
  const health = { domain: DOMAIN, atMs: NOW, canSend: 'yes', findings: [finding] } as const;
  await healths.keep(health, ['spf-missing']);
  await leftovers.note({ domain: DOMAIN, url: 'https://hooks.example.com/w', region: 'eu' });
}

async function writeLimits({ breaker, governor, figures }: Adapters): Promise<void> {
  const closed = { admission: 'closed' } as const;
  await breaker.record(DOMAIN, closed, 'answered', NOW);
  await breaker.record(`open.${DOMAIN}`, closed, 'fault', NOW);
  await breaker.record(`open.${DOMAIN}`, closed, 'fault', NOW);
  await governor.take(DOMAIN, 30, NOW);
  await governor.slowDown(DOMAIN, NOW);
  const lease = { token: 'token-1', nowMs: NOW, untilMs: NOW + 30_000 };
  await figures.save(campaign, lease, { latest: newReading(NOW) });
}

async function writeReconciliation({ checkpoints, notices }: Adapters): Promise<void> {
  const progress = { attempt: 1, passesDone: 1, repaired: { delivered: 3 }, repairedAtMs: NOW };
  await checkpoints.write({ ...batch, path: '/1' }, undefined, {
    ...progress,
    reading: { idIndex: 0, pages: 2, place: 'next-page' },
  });
  await notices.take(campaign, NEWS);
}

/** What today's code makes of the items that {@link writeSample} writes. */
export async function readSample({ adapters }: Stores): Promise<unknown> {
  const { ledger, books, records, index, tallies, suppressions } = adapters;
  const { controls, breaker, governor, checkpoints, figures, healths, leftovers } = adapters;
  const found = SUBMISSIONS.map(({ path }) => ledger.find({ ...batch, path }));
  const submissions = await Promise.all(found);
  return plain({
    root: (await books.readBatch(batch))?.batch,
    parked: (await books.readBatch(PARKED))?.batch,
    submissions,
    halves: halvesOf(submissions[0] as SplitSubmission),
    recipients: await records.read(batch),
    byMessageId: await index.find('b@mg.example.com'),
    tallies: await tallies.readBatch(batch),
    suppressions: await Promise.all([1, 2].map((n) => suppressions.find(DOMAIN, recipient(n)))),
    suppressed: await suppressions.suppressedAmong(DOMAIN, [1, 2, 3].map(recipient), ['Spring']),
    standings: await controls.standings(campaign, DOMAIN),
    campaignHistory: await controls.history({ subject: 'campaign', campaign }),
    accountHistory: await controls.history({ subject: 'account', accountId: 'acme' }),
    domainHistory: await controls.history({ subject: 'domain', domain: DOMAIN }),
    queueHistory: await controls.history({ subject: 'queue', queue: 'campaigns' }),
    breaker: await breaker.read(DOMAIN, NOW),
    openBreaker: await breaker.read(`open.${DOMAIN}`, NOW),
    governor: await governor.read(DOMAIN, NOW),
    checkpoint: await checkpoints.read({ ...batch, path: '/1' }),
    notice: await adapters.notices.take(campaign, NEWS),
    figures: await figures.read(campaign),
    health: await healths.read(DOMAIN),
    leftovers: await leftovers.open(),
  });
}

/** Sets as sorted lists and bytes as hex, so that a value can be written as JSON. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Set) return [...(value as Set<unknown>)].map(plain).sort();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([name, one]) => [name, plain(one)]),
  );
}
