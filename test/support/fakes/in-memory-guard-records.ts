import {
  NO_FACTS,
  type GuardRecord,
  type GuardRecords,
  type GuardSubject,
} from '../../../lambdas/core/guard/guard-record';

/** `GuardRecords` in memory. The map may be read and set by a test. */
export class InMemoryGuardRecords implements GuardRecords {
  /** By `account/campaign` or `account`. */
  readonly entries = new Map<string, GuardRecord>();

  read(subject: GuardSubject): Promise<GuardRecord> {
    return Promise.resolve(this.now(subject));
  }

  claim(
    subject: GuardSubject,
    seen: GuardRecord,
    { token, untilMs }: { readonly token: string; readonly untilMs: number },
  ): Promise<boolean> {
    const { facts, token: current } = this.now(subject);
    if (current !== seen.token && current !== token) return Promise.resolve(false);
    this.entries.set(nameOf(subject), { facts, nextAtMs: untilMs, token });
    return Promise.resolve(true);
  }

  save(
    subject: GuardSubject,
    token: string,
    { facts, nextAtMs }: Pick<GuardRecord, 'facts' | 'nextAtMs'>,
  ): Promise<boolean> {
    if (this.now(subject).token !== token) return Promise.resolve(false);
    this.entries.set(nameOf(subject), { facts, nextAtMs, token });
    return Promise.resolve(true);
  }

  private now(subject: GuardSubject): GuardRecord {
    const nothing: GuardRecord = { facts: NO_FACTS, nextAtMs: 0, token: undefined };
    return this.entries.get(nameOf(subject)) ?? nothing;
  }
}

const nameOf = (subject: GuardSubject): string =>
  subject.subject === 'account'
    ? subject.accountId
    : `${subject.campaign.accountId}/${subject.campaign.campaignId}`;
