import type { Submission } from '../../lambdas/core/submission/submission';
import type { SearchResult } from '../../lambdas/core/submission/acceptance-search';
import { prepareBatch } from '../../lambdas/send-batch/batch-work';
import type { Dependencies } from '../../lambdas/send-batch/dependencies';
import { parseRequest } from '../../lambdas/send-batch/parse-request';
import { settle } from '../../lambdas/send-batch/settle';
import type { DoubtContext } from '../../lambdas/send-batch/settle-doubt';
import { aSendRequest, recipients } from '../support/builders/send-requests';
import { aSendingDomain } from '../support/builders/sending-domains';
import {
  aDispatchingSubmission,
  anInDoubtSubmission,
  aPlannedSubmission,
} from '../support/builders/submissions';

const CALLED = 1_700_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TRUSTED_AFTER = 30 * MINUTE;
// A minute for the call, the trust, and a third of it because clocks differ.
const TRUSTED = CALLED + 41 * MINUTE;

/** Settling with everything in hand that it may ask. */
class Settling {
  nowMs = CALLED + 2 * MINUTE;
  policy: Pick<Dependencies, 'onUnknownOutcome' | 'onUnreadableEvents'> = {
    onUnknownOutcome: 'verify',
    onUnreadableEvents: 'hold',
  };
  found: SearchResult = { result: 'absent' };
  advanced: 'stored' | 'overtaken' = 'stored';
  people = ['ada@example.com', 'bob@example.com', 'cyd@example.com'];
  readonly stored: Submission[] = [];
  readonly searches: { recipient: string | undefined; deadlineMs: number }[] = [];
  readonly indexed: string[] = [];
  readonly logged: unknown[] = [];

  settle(submission: Submission | undefined, doubt: Partial<DoubtContext> = {}) {
    const request = aSendRequest({ recipients: this.people.map((email) => ({ email })) });
    const domains = { 'mg.example.com': aSendingDomain() };
    const read = parseRequest(JSON.stringify(request));
    const work = prepareBatch(read, domains, 'a-pepper-of-some-length', this.nowMs);
    return settle(this.dependencies(), work, submission, {
      ...{ decision: undefined, cancelled: false },
      deadlineMs: this.nowMs + 2 * MINUTE,
      ...doubt,
    });
  }

  private dependencies(): Dependencies {
    const note = (...line: unknown[]) => void this.logged.push(line);
    const known: Partial<Dependencies> = {
      ...this.policy,
      ledger: {
        advance: (_batch, _expected, next) => {
          this.stored.push(next);
          return Promise.resolve(this.advanced);
        },
      } as Dependencies['ledger'],
      messageIndex: {
        record: (messageId: string) => Promise.resolve(void this.indexed.push(messageId)),
      } as unknown as Dependencies['messageIndex'],
      acceptanceSearch: {
        search: (_domain, { recipient }, deadlineMs) => {
          this.searches.push({ recipient, deadlineMs });
          return Promise.resolve(this.found);
        },
      },
      notifier: { notify: () => Promise.resolve() },
      eventsTrustedAfterMs: TRUSTED_AFTER,
      eventsKeptMs: () => 24 * HOUR,
      clock: () => this.nowMs,
      chance: () => 0.5,
      log: { info: note, warn: note } as unknown as Dependencies['log'],
    };
    return known as Dependencies;
  }
}

let settling: Settling;

beforeEach(() => {
  settling = new Settling();
});

const { attemptToken: _token, leaseUntilMs: _lease, ...called } = aDispatchingSubmission();
const ANOTHER_WORKER = { step: 'wait', reason: 'another-worker' };

it('lets a call be made where nothing was stored, or nothing taken', async () => {
  const planned = aPlannedSubmission();

  expect(await settling.settle(undefined)).toEqual({ step: 'ready', before: undefined });
  expect(await settling.settle(planned)).toEqual({ step: 'ready', before: planned });
});

it.each<Submission>([
  { ...called, state: 'accepted' },
  { ...called, state: 'refused', part: 'refused', reason: '400' },
  { ...called, state: 'skipped' },
])('has nothing left to do for what ended: %j', async (ended) => {
  expect(await settling.settle(ended)).toEqual({ step: 'final' });
});

describe('a call that another worker began', () => {
  it('is left to it until its lease ends', async () => {
    const leaseUntilMs = settling.nowMs + 1;

    expect(await settling.settle(aDispatchingSubmission({ leaseUntilMs }))).toEqual({
      ...ANOTHER_WORKER,
      untilMs: leaseUntilMs,
    });
    expect(settling.stored).toEqual([]);
  });

  it('is in doubt from the moment its lease ends', async () => {
    const { nowMs } = settling;
    const settled = await settling.settle(aDispatchingSubmission({ leaseUntilMs: nowMs }));

    expect(settled).toMatchObject({ step: 'wait', reason: 'in-doubt' });
    expect(settling.stored).toMatchObject([
      { state: 'inDoubt', cause: 'worker-lost', calledAtMs: CALLED, atMs: nowMs },
    ]);
  });

  it('is left to whoever noted more of it meanwhile', async () => {
    settling.advanced = 'overtaken';

    const settled = await settling.settle(aDispatchingSubmission({ leaseUntilMs: CALLED }));

    expect(settled).toEqual({ ...ANOTHER_WORKER, untilMs: settling.nowMs });
  });
});

describe('a doubt that Mailgun is asked about', () => {
  it('is accepted under our id without another entry of the index, and logged', async () => {
    settling.found = { result: 'found', messageId: 'first@mg.example.com' };

    expect(await settling.settle(anInDoubtSubmission())).toEqual({ step: 'final' });

    expect(settling.indexed).toEqual([]);
    expect(settling.stored).toMatchObject([{ state: 'accepted', atMs: settling.nowMs }]);
    expect(settling.logged).toEqual([
      ['doubt settled', expect.objectContaining({ code: 'doubt-accepted', path: '/' })],
    ]);
  });

  it('is left to whoever settled it meanwhile', async () => {
    settling.found = { result: 'found', messageId: 'theirs@mg.example.com' };
    settling.advanced = 'overtaken';

    expect(await settling.settle(anInDoubtSubmission())).toEqual({
      ...ANOTHER_WORKER,
      untilMs: settling.nowMs,
    });
    expect(settling.indexed).toEqual(['theirs@mg.example.com']);
  });

  it.each([
    [CALLED + MINUTE - 1, []],
    [CALLED + MINUTE, ['ada@example.com']],
  ])('is looked up from a minute on (at %i)', async (nowMs, asked) => {
    settling.nowMs = nowMs;
    await settling.settle(anInDoubtSubmission());

    expect(settling.searches.map(({ recipient }) => recipient)).toEqual(asked);
  });

  it.each([
    [10_000, []],
    [10_001, [1]],
    [40_000, [30_000]],
    [90_000, [30_000]],
  ])('with %i ms left has these for the search: %j', async (leftMs, given) => {
    const { nowMs } = settling;
    await settling.settle(anInDoubtSubmission(), { deadlineMs: nowMs + leftMs });

    expect(settling.searches.map(({ deadlineMs }) => deadlineMs - nowMs)).toEqual(given);
  });

  it('is looked up by the first recipient of its range who was mailed', async () => {
    const people = recipients(8).map(({ email }) => email);
    settling.people = [...people.slice(0, 3), 'no address', people[0]!, ...people.slice(3)];
    const range = { from: 3, to: 8 };

    await settling.settle(anInDoubtSubmission({ range, suppressed: new Set([5]) }));
    await settling.settle(anInDoubtSubmission({ range, suppressed: new Set([5, 6, 7]) }));

    expect(settling.searches.map(({ recipient }) => recipient)).toEqual([people[4], undefined]);
  });

  it.each([
    [TRUSTED - 1, { step: 'wait', reason: 'in-doubt' }],
    [TRUSTED, { step: 'ready', before: { state: 'inDoubt', revision: 1 } }],
    [CALLED + 24 * HOUR - 1, { step: 'ready' }],
    [CALLED + 24 * HOUR, { step: 'wait', reason: 'in-doubt' }],
  ])('is made again while an absence counts (at %i)', async (nowMs, settled) => {
    settling.nowMs = nowMs;

    expect(await settling.settle(anInDoubtSubmission())).toMatchObject(settled);
  });

  it.each([
    [TRUSTED - 1, 'wait'],
    [TRUSTED, 'ready'],
  ])('at %i comes to "%s" where unreadable events mean to resend', async (nowMs, step) => {
    settling.nowMs = nowMs;
    settling.policy = { onUnknownOutcome: 'verify', onUnreadableEvents: 'resend' };
    settling.found = { result: 'unreadable', reason: '403' };

    expect(await settling.settle(anInDoubtSubmission())).toMatchObject({ step });
  });

  it('says in the log why a call is made again, and in what is stored why it is not', async () => {
    settling.nowMs = TRUSTED;
    const decision = { decision: 'resend', atMs: CALLED + 1 } as const;
    await settling.settle(anInDoubtSubmission());
    await settling.settle(anInDoubtSubmission(), { decision });
    settling.nowMs = CALLED + 24 * HOUR;
    await settling.settle(anInDoubtSubmission());

    const logged = (why: string) => [
      'doubt settled',
      expect.objectContaining({
        code: 'doubt-absent',
        batchId: '000001',
        path: '/',
        why,
      }) as unknown,
    ];
    expect(settling.logged).toEqual([
      logged("not among Mailgun's events"),
      logged('a person said so'),
      [
        'only a person can settle a doubt',
        expect.objectContaining({ code: 'doubt-left-to-people', batchId: '000001', path: '/' }),
      ],
    ]);
    expect(settling.stored).toMatchObject([
      { cause: 'events unreadable: Mailgun no longer has the events of that time' },
    ]);
  });
});

describe('a doubt that the configuration says to risk', () => {
  // The bound of the first attempt.
  const RETRY = 5_000;

  it.each([
    [CALLED + RETRY - 1, { step: 'wait', reason: 'in-doubt', untilMs: CALLED + RETRY + 500 }],
    [CALLED + RETRY, { step: 'ready', before: anInDoubtSubmission() }],
  ])('is made again after a delay (at %i)', async (nowMs, settled) => {
    settling.nowMs = nowMs;
    settling.policy = { onUnknownOutcome: 'retry', onUnreadableEvents: 'hold' };

    expect(await settling.settle(anInDoubtSubmission())).toEqual(settled);
    expect(settling.searches).toEqual([]);
  });
});
