import type { CampaignReport } from '../../../lambdas/core/report/campaign-report';
import { readReport, type ReportPorts } from '../../../lambdas/core/report/read-report';
import type { BatchWithSubmissions } from '../../../lambdas/core/batch/batch-books';
import type { Tally, TallyKind } from '../../../lambdas/core/tally/tally';
import { aBatch, anAcceptedSubmission, anInDoubtSubmission } from '../../support/builders/batches';
import { InMemoryFigures } from '../../support/fakes/in-memory-figures';
import { InMemoryControls } from '../../support/fakes/in-memory-controls';

const key = { accountId: 'acme', campaignId: 'spring' };
const atMs = 1_700_000_000_000;
const NOT_FRESH = { fresh: false };

async function* each<Item>(items: readonly Item[]): AsyncIterable<Item> {
  for (const item of items) yield await Promise.resolve(item);
}

const ports = (
  batches: BatchWithSubmissions[] = [],
  tallies: Tally[] = [],
  controls = new InMemoryControls(),
): ReportPorts => ({
  books: { read: () => each(batches) },
  // Two shards: batches whose ids are of even and of odd length.
  tallies: {
    shards: 2,
    readShard: (_campaign, shard) =>
      each(tallies.filter(({ batch }) => batch.batchId.length % 2 === shard)),
  },
  controls,
  figures: new InMemoryFigures(),
  clock: () => atMs,
  newToken: () => 'token',
});
const tally = (batchId: string, kind: TallyKind, positions: number[]): Tally => ({
  batch: { ...key, batchId },
  kind,
  positions: new Set(positions),
});

it('knows nothing of a campaign without a batch that nobody acted on', async () => {
  expect(await readReport(ports(), key, NOT_FRESH)).toBe('unknown');
});

it.each([
  [
    'paused',
    (controls: InMemoryControls) => controls.pauseCampaign(key, { reason: 'r', actor: 'a', atMs }),
  ],
  ['described', (controls: InMemoryControls) => controls.describeCampaign(key, { name: 'Spring' })],
  [
    'announced',
    (controls: InMemoryControls) => controls.describeCampaign(key, { expectedRecipients: 5 }),
  ],
  [
    'paused and resumed',
    async (controls: InMemoryControls) => {
      await controls.pauseCampaign(key, { reason: 'r', actor: 'a', atMs });
      await controls.resumeCampaign(key, { reason: 'r', actor: 'a', atMs });
    },
  ],
])('reports a campaign that was %s before its first batch', async (_case, act) => {
  const controls = new InMemoryControls();
  await act(controls);

  const report = await readReport(ports([], [], controls), key, NOT_FRESH);

  expect((report as CampaignReport).recipients.audience).toBe(0);
});

it('adds up the batches and the tallies of a campaign', async () => {
  const report = await readReport(
    ports(
      [
        { batch: aBatch({ batchId: '1' }), submissions: [anAcceptedSubmission()] },
        { batch: aBatch({ batchId: '2' }), submissions: [anInDoubtSubmission()] },
        { batch: aBatch({ batchId: '3' }), submissions: [] },
      ],
      [
        tally('1', 'bounced', [1]),
        tally('1', 'delivered', [0, 1, 2]),
        tally('2', 'delivered', [1]),
        tally('2', 'opened', [1]),
      ],
    ),
    key,
    NOT_FRESH,
  );

  expect((report as CampaignReport).recipients).toMatchObject({
    audience: 12,
    accepted: 4,
    inDoubt: 4,
    pending: 4,
  });
  expect((report as CampaignReport).outcomes).toMatchObject({
    delivered: 3,
    bounced: 1,
    opened: 1,
    outstanding: 0,
  });
  expect((report as CampaignReport).asOf).toBe('2023-11-14T22:13:20.000Z');
});

it('keeps equal positions of different batches apart', async () => {
  const report = await readReport(
    ports(
      [{ batch: aBatch(), submissions: [anAcceptedSubmission()] }],
      [tally('1', 'delivered', [0]), tally('2', 'bounced', [0])],
    ),
    key,
    NOT_FRESH,
  );

  expect((report as CampaignReport).outcomes).toMatchObject({ delivered: 1, bounced: 1 });
});

it('passes on that a store can not be read', async () => {
  const controls = new InMemoryControls();
  controls.fault = new Error('down');

  await expect(readReport(ports([], [], controls), key, NOT_FRESH)).rejects.toThrow('down');
});
