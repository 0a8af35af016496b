import type { CampaignReport } from '../../../lambdas/core/report/campaign-report';
import { QUICK_MS, readReport, type ReportPorts } from '../../../lambdas/core/report/read-report';
import { aBatch, anAcceptedSubmission } from '../../support/builders/batches';
import { InMemoryControls } from '../../support/fakes/in-memory-controls';
import { InMemoryFigures } from '../../support/fakes/in-memory-figures';

const key = { accountId: 'acme', campaignId: 'spring' };
const START_MS = 1_770_146_432_000;
const SHARDS = 16;

/** A campaign of one batch a shard, each of which takes a while to read. */
class SlowCampaign {
  nowMs = START_MS;
  reads = 0;
  shardMs = 0;
  /** Told before a shard is read. */
  onRead: () => Promise<void> = () => Promise.resolve();
  readonly figures = new InMemoryFigures();
  readonly controls = new InMemoryControls();
  private tokens = 0;

  readonly ports: ReportPorts = {
    books: {
      read: async function* () {
        for (let shard = 0; shard < SHARDS; shard += 1) {
          const batch = aBatch({ batchId: String(shard) });
          yield await Promise.resolve({ batch, submissions: [anAcceptedSubmission()] });
        }
      },
    },
    tallies: { shards: SHARDS, readShard: (_campaign, shard) => this.readShard(shard) },
    figures: this.figures,
    controls: this.controls,
    clock: () => this.nowMs,
    newToken: () => `token-${(this.tokens += 1)}`,
  };

  read(fresh = false) {
    return readReport(this.ports, key, { fresh });
  }

  private async *readShard(shard: number) {
    await this.onRead();
    this.reads += 1;
    this.nowMs += this.shardMs;
    const batch = { ...key, batchId: String(shard) };
    yield { batch, kind: 'delivered' as const, positions: new Set([0, 1, 2]) };
  }
}

const slow = (shardMs: number) => Object.assign(new SlowCampaign(), { shardMs });
const asOf = (report: Awaited<ReturnType<typeof readReport>>) =>
  Date.parse((report as CampaignReport).asOf) - START_MS;
const COMPLETE = { outcomes: { delivered: 48 }, recipients: { audience: 64, accepted: 64 } };

it('reads a campaign that is quickly read anew each time, and keeps nothing of it', async () => {
  const campaign = slow(10);

  expect(await campaign.read()).toMatchObject(COMPLETE);
  expect(asOf(await campaign.read())).toBe(160);

  expect(campaign.reads).toBe(32);
  expect(campaign.figures.entries.size).toBe(0);
});

it('gives what took long again, with the time it is of, for ten times as long as it took', async () => {
  const campaign = slow(500);
  expect(await campaign.read()).toMatchObject(COMPLETE);
  const tookMs = campaign.nowMs - START_MS;
  expect(tookMs).toBe(8_000);

  campaign.nowMs += 10 * tookMs - 1;
  const again = await campaign.read();

  expect(again).toMatchObject(COMPLETE);
  expect(asOf(again)).toBe(0);
  expect(campaign.reads).toBe(16);
  campaign.nowMs += 1;
  expect(asOf(await campaign.read())).toBe(11 * tookMs);
  expect(campaign.reads).toBe(32);
});

it('gives it for ten minutes at most', async () => {
  const campaign = slow(6_000);
  while (typeof (await campaign.read()) === 'string');

  campaign.nowMs += 10 * 60_000;
  const before = campaign.reads;
  await campaign.read();

  expect(campaign.reads).toBeGreaterThan(before);
});

it('reads it anew for whoever asks so', async () => {
  const campaign = slow(500);
  await campaign.read();

  expect(asOf(await campaign.read(true))).toBe(8_000);
});

it('knows the standing of now, whatever the figures are of', async () => {
  const campaign = slow(500);
  await campaign.read();

  const change = { reason: 'wrong price', actor: 'grace', atMs: campaign.nowMs };
  await campaign.controls.pauseCampaign(key, change);

  expect(await campaign.read()).toMatchObject({ status: 'paused', reason: 'wrong price' });
  expect(campaign.reads).toBe(16);
});

it('lets one reader at a time refresh: the others get what there is', async () => {
  const campaign = slow(500);
  await campaign.read();
  campaign.nowMs += 100_000;
  let others = 0;
  campaign.onRead = async () => {
    if (others > 0) return;
    others += 1;
    const other = await campaign.read();
    expect(asOf(other)).toBe(0);
    expect(await campaign.read(true)).toBe('notReady');
  };

  expect(asOf(await campaign.read())).toBe(108_000);

  expect([campaign.reads, others]).toEqual([32, 1]);
});

it('has a second first reader leave the field once it takes long', async () => {
  const campaign = slow(QUICK_MS / 4);
  let second: Promise<unknown> | undefined;
  campaign.onRead = () => {
    // While the first is in the middle, and holds the lease.
    if (campaign.reads > 8) second ??= campaign.read();
    return Promise.resolve();
  };

  expect(await campaign.read()).toMatchObject(COMPLETE);

  expect(await second).toMatch(/notReady/);
  expect(campaign.reads).toBeLessThan(32);
});

it('goes on where a reading ran out of time, and ends', async () => {
  const campaign = slow(4_000);
  const answers: string[] = [];
  let report = await campaign.read();
  while (typeof report === 'string') {
    answers.push(report);
    report = await campaign.read();
  }

  expect(answers.length).toBeGreaterThan(1);
  expect(new Set(answers)).toEqual(new Set(['notReady']));
  expect(report).toMatchObject(COMPLETE);
  // Of when the first of them began: nothing in it is older.
  expect(asOf(report)).toBe(0);
  expect(campaign.reads).toBe(16);
});

it('gives the figures before while new ones are unfinished', async () => {
  const campaign = slow(500);
  await campaign.read();
  campaign.shardMs = 4_000;
  campaign.nowMs += 100_000;

  expect(asOf(await campaign.read())).toBe(0);
  let report = await campaign.read();
  for (let tries = 0; asOf(report) === 0 && tries < 10; tries += 1) report = await campaign.read();

  expect(report).toMatchObject(COMPLETE);
  expect(asOf(report)).toBe(108_000);
});

it('takes over from a reader that died', async () => {
  const campaign = slow(500);
  campaign.onRead = () =>
    campaign.reads >= 8 ? Promise.reject(new Error('died')) : Promise.resolve();
  await expect(campaign.read()).rejects.toThrow('died');
  campaign.onRead = () => Promise.resolve();

  campaign.nowMs += 31_000;

  expect(await campaign.read()).toMatchObject(COMPLETE);
});
