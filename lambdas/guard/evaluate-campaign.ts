import type { CampaignKey } from '../core/campaign/keys';
import { areClean, NO_COUNTS } from '../core/guard/counts';
import { figuresOf, reasonOf } from '../core/guard/explain';
import type { GuardAct, GuardFacts } from '../core/guard/guard-record';
import { judge, type Finding, type Judgement } from '../core/guard/judgement';
import { readCounts, type GuardReading } from '../core/guard/read-counts';
import type { AccountRecord, CampaignRecord } from '../core/standing/standing';
import { act, finishAct, GUARD, type Action } from './acts';
import type { Dependencies } from './dependencies';
import type { Turn } from './turn';

/** A sweep leaves a campaign alone for so long when nothing of it is on its way and nobody is warned. */
const QUIET_FOR_MS = 10 * 60_000;

/** Evaluates a campaign; see {@link createEvaluateCampaign}. */
export type EvaluateCampaign = (campaign: CampaignKey, turn: Turn) => Promise<GuardFacts>;

/**
 * Makes the evaluation of a campaign: counts its windows, warns people, pauses it, notes what it
 * contributes to its account, and tells when nothing of it is left to do.
 *
 * A campaign that may not send is counted, but neither warned of nor paused.
 */
export function createEvaluateCampaign(dependencies: Dependencies): EvaluateCampaign {
  return (campaign, turn) => new CampaignEvaluation(dependencies, campaign, turn).run();
}

class CampaignEvaluation {
  constructor(
    private readonly dependencies: Dependencies,
    private readonly campaign: CampaignKey,
    private readonly turn: Turn,
  ) {}

  async run(): Promise<GuardFacts> {
    const { controls, settings } = this.dependencies;
    const [record, account] = await Promise.all([
      controls.campaign(this.campaign),
      controls.account(this.campaign.accountId),
    ]);
    const before = await finishAct(this.dependencies, this.pausing, this.turn.facts);
    const armedSinceMs = armedSince(before, record, account);
    const { nowMs } = this.turn;
    const reading = await readCounts(this.dependencies, this.campaign, { nowMs, armedSinceMs });
    const judgement = judge(reading.counts, settings, before.warned);
    const maySend = record.standing === 'active' && account.standing === 'active';
    const known = { ...before, armedSinceMs };

    const after = maySend
      ? await this.act(known, judgement)
      : { ...known, warned: stillWarned(known, judgement) };
    await this.contribute(reading, pausedAtMs(after) !== pausedAtMs(this.turn.facts));
    const { level, finding } = judgement;
    return {
      ...withoutFinding(after),
      ...{ level, ...(finding !== undefined && { finding }) },
      ...(await this.completion(record, reading, after)),
      ...(isQuiet(reading, after) && { sweepAtMs: nowMs + QUIET_FOR_MS }),
    };
  }

  private get pausing(): Action {
    const { controls } = this.dependencies;
    return {
      subject: { subject: 'campaign', campaign: this.campaign },
      standing: 'paused',
      make: (change) => controls.pauseCampaign(this.campaign, change),
      follow: (begun) => this.followPause(begun),
    };
  }

  /** @returns the facts after what had to be done. */
  private async act(facts: GuardFacts, { finding, warnings }: Judgement): Promise<GuardFacts> {
    if (finding?.level === 'pause') {
      const why = { reason: reasonOf(finding), figures: figuresOf(finding) };
      return act(this.dependencies, this.pausing, this.turn, { facts, ...why });
    }
    for (const warning of warnings) {
      if (!facts.warned.includes(warning.kind)) await this.warn(warning);
    }
    return { ...facts, warned: warnings.map(({ kind }) => kind) };
  }

  private async followPause({ reason, figures, atMs }: GuardAct): Promise<void> {
    const { accounts, notifier, log } = this.dependencies;
    await accounts.notePause(this.campaign, atMs);
    await notifier.notify({
      ...{ version: 1, type: 'campaign.paused', at: new Date(atMs).toISOString() },
      ...{ ...this.campaign, reason, details: { actor: GUARD, ...figures } },
    });
    log.warn('campaign paused', { code: 'guard-campaign-paused', ...this.campaign, ...figures });
  }

  private async warn(finding: Finding): Promise<void> {
    const { notifier, clock, log } = this.dependencies;
    const figures = figuresOf(finding);
    await notifier.notify({
      ...{ version: 1, type: 'campaign.warned', at: new Date(clock()).toISOString() },
      ...{ ...this.campaign, reason: reasonOf(finding), details: figures },
    });
    log.warn('campaign warned of', { code: 'guard-campaign-warned', ...this.campaign, ...figures });
  }

  /** What made a campaign pause has had its consequence, and does not count against the account again. */
  private async contribute({ counts }: GuardReading, isPausedNow: boolean): Promise<void> {
    const { accounts, records, requests, clock } = this.dependencies;
    const { accountId } = this.campaign;
    const subject = { subject: 'account', accountId } as const;
    const contributed = isPausedNow ? NO_COUNTS : counts;
    await accounts.noteCounts(this.campaign, contributed, this.turn.nowMs);
    if (areClean(contributed) && !isPausedNow) {
      // Nobody else looks at an account: what stands against it ends by its campaigns becoming clean.
      const { level, warned } = (await records.read(subject)).facts;
      if (level === 'none' && warned.length === 0) return;
    }
    await requests.put({ request: 'evaluate', subject, dueAtMs: clock() });
  }

  private async completion(
    { standing, expectedRecipients }: CampaignRecord,
    { recipients, audience }: GuardReading,
    { completedAtMs }: GuardFacts,
  ): Promise<Pick<GuardFacts, 'completedAtMs'>> {
    const { parked, pending, inDoubt, ...ended } = recipients;
    const isOver = parked + pending + inDoubt === 0 && audience >= (expectedRecipients ?? Infinity);
    if (!isOver || standing === 'cancelled' || completedAtMs !== undefined) return {};

    const { notifier, clock } = this.dependencies;
    const atMs = clock();
    await notifier.notify({
      ...{ version: 1, type: 'campaign.completed', at: new Date(atMs).toISOString() },
      ...{ ...this.campaign, details: { audience, ...ended } },
    });
    return { completedAtMs: atMs };
  }
}

/** Who resumes a campaign or reinstates an account has seen what was counted until then. */
function armedSince(facts: GuardFacts, campaign: CampaignRecord, account: AccountRecord): number {
  const letGoMs = [campaign, account].map(({ standing, sinceMs }) =>
    standing === 'active' ? (sinceMs ?? 0) : 0,
  );
  return Math.max(facts.armedSinceMs ?? 0, ...letGoMs);
}

/** When the guard paused it last, with everything that follows from it. */
const pausedAtMs = ({ act: last }: GuardFacts): number | undefined =>
  last?.isDone === true ? last.atMs : undefined;

/** A warning may end while nothing is sent, but none begins. */
function stillWarned({ warned }: GuardFacts, { warnings }: Judgement): GuardFacts['warned'] {
  return warned.filter((kind) => warnings.some((warning) => warning.kind === kind));
}

function withoutFinding({
  finding: _finding,
  sweepAtMs: _sweep,
  ...facts
}: GuardFacts): GuardFacts {
  return facts;
}

const isQuiet = ({ recipients }: GuardReading, { warned }: GuardFacts): boolean =>
  recipients.pending + recipients.inDoubt === 0 && warned.length === 0;
