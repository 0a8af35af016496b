import type { CampaignKey } from '../campaign/keys';
import type { Clock } from '../clock';
import type { CampaignRecord, Controls } from '../standing/standing';
import {
  continueReading,
  isComplete,
  newReading,
  type FiguresPorts,
  type FiguresReading,
} from './campaign-figures';
import { campaignReport, type CampaignReport } from './campaign-report';
import type { FiguresLease, FiguresStore } from './figures-store';

/** Where a report is read from. */
export interface ReportPorts extends FiguresPorts {
  readonly figures: FiguresStore;
  readonly controls: Pick<Controls, 'campaign' | 'account'>;
  readonly clock: Clock;
  /** @returns a text nobody else has. */
  readonly newToken: () => string;
}

/** A reading that took less is never kept: whoever asks for such a campaign gets it as it is now. */
export const QUICK_MS = 1_000;

/** A reading serves for ten times as long as it took, so reading takes a tenth of a processor at most. */
const SERVES_TIMES = 10;

/** However long it took. */
const SERVES_AT_MOST_MS = 10 * 60_000;

/** No segment is begun any more after so long: the caller is cut off soon after. */
const BUDGET_MS = 15_000;

/** Longer than the function may run. */
const LEASE_MS = 30_000;

/**
 * Reports everything known of a campaign.
 *
 * Figures that take long to read are kept and serve for a while, with the time they are of; the
 * standing is always that of now. One reader at a time refreshes them, and one that runs out of time
 * leaves what it has for the next to go on with.
 *
 * @param fresh not from what is kept, unless another reader is at it.
 * @returns `unknown` for a campaign that has no batch and that nobody described or acted on;
 *   `notReady` while figures that were never complete are being read.
 */
export async function readReport(
  ports: ReportPorts,
  key: CampaignKey,
  { fresh }: { readonly fresh: boolean },
): Promise<CampaignReport | 'unknown' | 'notReady'> {
  const [campaign, account, reading] = await Promise.all([
    ports.controls.campaign(key),
    ports.controls.account(key.accountId),
    readFigures(ports, key, fresh),
  ]);
  if (reading === undefined) return 'notReady';
  const { batches, recipients, sums } = reading.figures;
  if (batches === 0 && !isKnown(campaign)) return 'unknown';

  return campaignReport(key, { campaign, account, recipients, sums, asOfMs: reading.asOfMs });
}

/** @returns a complete reading, or `undefined` where there is none yet that may be given. */
async function readFigures(
  ports: ReportPorts,
  key: CampaignKey,
  fresh: boolean,
): Promise<FiguresReading | undefined> {
  const startedAtMs = ports.clock();
  const { latest, unfinished } = await ports.figures.read(key);
  if (latest !== undefined && !fresh && serves(latest, startedAtMs)) return latest;

  const refresh = new Refresh(ports, key, startedAtMs, latest ?? unfinished);
  const begun = unfinished ?? newReading(startedAtMs);
  const reading = await refresh.run(begun);
  if (reading !== undefined) return reading;
  return fresh ? undefined : latest;
}

function serves({ asOfMs, tookMs }: FiguresReading, nowMs: number): boolean {
  return nowMs - asOfMs - tookMs < Math.min(tookMs * SERVES_TIMES, SERVES_AT_MOST_MS);
}

/** One reader's try at a campaign's figures. */
class Refresh {
  private readonly token: string;
  private hasLease = false;
  private isTaken = false;

  constructor(
    private readonly ports: ReportPorts,
    private readonly key: CampaignKey,
    private readonly startedAtMs: number,
    private readonly known: FiguresReading | undefined,
  ) {
    this.token = ports.newToken();
  }

  /** @returns the complete reading; `undefined` when another is at it or time is up. */
  async run(begun: FiguresReading): Promise<FiguresReading | undefined> {
    const { ports, key } = this;
    const read = await continueReading(ports, key, begun, () => this.goOn());
    const reading = { ...read, tookMs: begun.tookMs + ports.clock() - this.startedAtMs };
    const complete = isComplete(ports, reading);
    if (this.isTaken && !complete) return undefined;
    if (complete && !this.hasLease) return reading;

    await ports.figures.save(
      key,
      this.lease(),
      complete ? { latest: reading } : { unfinished: reading },
    );
    return complete ? reading : undefined;
  }

  /** Short readings need no lease; one that turns out long takes it, or leaves the field. */
  private async goOn(): Promise<boolean> {
    const elapsedMs = this.ports.clock() - this.startedAtMs;
    if (this.isTaken || elapsedMs >= BUDGET_MS) return false;
    if (this.hasLease || (this.known === undefined && elapsedMs < QUICK_MS)) return true;

    this.hasLease = await this.ports.figures.claim(this.key, this.lease());
    this.isTaken = !this.hasLease;
    return this.hasLease;
  }

  private lease(): FiguresLease {
    const nowMs = this.ports.clock();
    return { token: this.token, nowMs, untilMs: nowMs + LEASE_MS };
  }
}

function isKnown({ name, expectedRecipients, sinceMs, standing }: CampaignRecord): boolean {
  return (
    standing !== 'active' ||
    name !== undefined ||
    expectedRecipients !== undefined ||
    sinceMs !== undefined
  );
}
