import { environmentSchema } from '../../lambdas/send-batch/environment';
import { reckon } from '../support/fault-harness/books-check';
import { addressOf, batches } from '../support/fault-harness/campaigns';
import { report } from '../support/fault-harness/fault-table';
import { killAtCall, type Injector } from '../support/fault-harness/injections';
import { seeded } from '../support/fault-harness/random';
import { overSeeds, play } from '../support/fault-harness/verdict';
import {
  CAMPAIGN,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  START_MS,
  World,
} from '../support/fault-harness/world';

const callsAfter = (world: World, atMs: number) =>
  world.mailgun.calls.filter((call) => call.atMs > atMs).length;

it('row 54: a complaint in mid-campaign excludes its sender from every later dispatch', async () => {
  const victim = 'victim@example.com';
  const workers = 4;
  let atMs = 0;
  const world = new World({ fleet: { workers } });
  for (const request of batches(60, 3)) {
    const recipients = [...request.recipients, { email: victim }];
    world.enqueue({ ...request, recipients });
  }
  world.later(5_000, async () => {
    await world.suppress(victim);
    atMs = world.nowMs;
  });
  await world.run();

  const withVictim = world.mailgun.calls.filter(({ addresses }) => addresses.includes(victim));
  const late = withVictim.filter((call) => call.atMs > atMs).length;
  const { parts } = await reckon(world);
  expect(withVictim.length).toBeGreaterThan(0);
  expect(late).toBeLessThanOrEqual(workers);
  expect(parts.suppressed).toBe(60 - withVictim.length);
  report({
    row: 54,
    fault: 'a complaint after 5 s of 60 batches',
    injections: 1,
    outcome: `${late} calls under way (<= ${workers} workers), left out of ${parts.suppressed} batches`,
  });
});

it('row 55: the same address in any spelling is mailed once', async () => {
  const spellings = [
    'Ada@Example.com',
    'ada@example.COM',
    'ada@bücher.example',
    'ada@xn--bcher-kva.example',
  ];
  const { world, wrong } = await play(
    {},
    (staged) => {
      const [request] = batches(1, 1);
      staged.enqueue({ ...request!, recipients: spellings.map((email) => ({ email })) });
    },
    { accepted: 2, duplicate: 2 },
  );

  expect(wrong).toEqual([]);
  expect([...world.mailgun.mailings.values()].map((times) => times.length)).toEqual([1, 1]);
  report({
    row: 55,
    fault: 'an address in other spellings',
    injections: 2,
    outcome: '1 mail an address',
  });
});

it('row 56: what would break a header or pull in the value of another is never mailed', async () => {
  const first = ['Ada', 'B\r\nBcc: x', '%recipient.first%', '%recipient.secret%', '{{first}}'];
  const { world, wrong } = await play(
    {},
    (staged) => {
      const [request] = batches(1, 1);
      const message = { ...request!.message, subject: 'Hi %recipient.first%' };
      const recipients = first.map((value, index) => ({
        email: addressOf(0, index),
        variables: { first: value, secret: `s${index}` },
      }));
      staged.enqueue({ ...request!, message, recipients });
    },
    { accepted: 2, invalid: 3 },
  );
  const [call] = world.mailgun.calls;

  expect(wrong).toEqual([]);
  expect(call!.addresses).toEqual([addressOf(0, 0), addressOf(0, 4)]);
  expect(JSON.stringify(call!.fields)).not.toMatch(/Bcc|%recipient\.secret%/);
  report({
    row: 56,
    fault: 'line breaks and placeholders in values',
    injections: 3,
    outcome: 'invalid; plain text stays literal',
  });
});

describe('row 57: pause, resume and cancel in mid-flight', () => {
  it('stop after the calls under way, and go on with the exact rest', async () => {
    const workers = 4;
    const { seeds, injections, wrong } = await overSeeds(async (seed) => {
      const random = seeded(seed + 2_000_000);
      const pausedAt: number[] = [];
      const played = await play(
        { seed, fleet: { workers }, queue: { duplicates: 0.1 } },
        (world) => {
          for (const request of batches(40, 2)) world.enqueue(request);
          for (const round of [0, 1]) {
            const startMs = 1_000 + round * 20 * MINUTE_MS + random() * 4_000;
            // Twice at once: two people press the same button.
            world.later(startMs, async () => {
              await world.pause();
              pausedAt.push(world.nowMs);
            });
            world.later(startMs + 1 + random() * 50, () => world.pause());
            world.later(startMs + 10 * MINUTE_MS, () => world.resume());
            world.later(startMs + 10 * MINUTE_MS + random() * 50, () => world.resume());
          }
        },
        { accepted: 80 },
      );
      const over = pausedAt
        .map((atMs) => callsBetween(played.world, atMs, atMs + 9 * MINUTE_MS))
        .filter((count) => count > workers);
      return {
        ...played,
        wrong: [...played.wrong, ...over.map((count) => `${count} calls paused`)],
      };
    });

    report({
      row: 57,
      fault: `paused and resumed twice, twice at once (${seeds} seeds)`,
      injections: injections + seeds * 8,
      outcome: `${seeds - wrong.length} of ${seeds}: <= ${workers} calls after a pause, then the exact rest`,
    });
    expect(wrong).toEqual([]);
  });

  it('lose nothing where two workers park the same message and one of them sees the resume', async () => {
    const { seeds, injections, wrong } = await overSeeds(async (seed) => {
      const random = seeded(seed + 6_000_000);
      return play(
        { seed, fleet: { workers: 4 }, queue: { duplicates: 0.7 } },
        (world) => {
          for (const request of batches(4, 2)) world.enqueue(request);
          world.later(random() * 100, () => world.pause());
          world.later(150 + random() * 300, () => world.resume());
          world.sweepHourly(3);
        },
        { accepted: 8 },
      );
    });

    report({
      row: 57,
      fault: `parked by two workers at once, resumed meanwhile (${seeds} seeds)`,
      injections: injections + seeds * 2,
      outcome: `${seeds - wrong.length} of ${seeds}: each mailed once`,
    });
    expect(wrong).toEqual([]);
  });

  it('leave everybody mailed once or refused after a cancel', async () => {
    const workers = 4;
    const { seeds, injections, wrong } = await overSeeds(async (seed) => {
      const random = seeded(seed + 3_000_000);
      let cancelledMs = 0;
      const played = await play({ seed, fleet: { workers } }, (world) => {
        for (const request of batches(40, 2)) world.enqueue(request);
        const atMs = 500 + random() * 5_000;
        if (random() < 0.5) world.later(atMs / 2, () => world.pause());
        world.later(atMs, async () => {
          await world.cancel();
          cancelledMs = world.nowMs;
        });
        world.later(atMs + random() * 20, () => world.cancel());
        world.later(atMs + 20 + random() * 200, () => world.resume());
      });
      const late = callsAfter(played.world, cancelledMs);
      const { parts } = await reckon(played.world);
      const more = [
        ...(late > workers ? [`${late} calls after the cancel`] : []),
        ...(parts.accepted + parts.refused === 80 ? [] : [JSON.stringify(parts)]),
        ...((await played.world.controls.campaign(CAMPAIGN)).standing === 'cancelled'
          ? []
          : ['came back from a cancel']),
      ];
      return { ...played, wrong: [...played.wrong, ...more] };
    });

    report({
      row: 57,
      fault: `cancelled, with pauses and resumes around it (${seeds} seeds)`,
      injections: injections + seeds * 3,
      outcome: `${seeds - wrong.length} of ${seeds}: each mailed once or refused, none comes back`,
    });
    expect(wrong).toEqual([]);
  });

  it('leave 50,000 recipients mailed once, through two pauses and a death', async () => {
    const injector: Injector = killAtCall('gateway.send', 'after', 17);
    const { world, wrong } = await play(
      { fleet: { workers: 5 }, injector, governor: { recipientsPerSecond: 1_000 } },
      (staged) => {
        for (const request of batches(50, 1_000)) staged.enqueue(request);
        for (const [pausedS, resumedS] of [
          [8, 300],
          [312, 900],
        ] as const) {
          staged.later(pausedS * 1_000, () => staged.pause());
          staged.later(resumedS * 1_000, () => staged.resume());
        }
      },
      { accepted: 50_000 },
    );

    expect(wrong).toEqual([]);
    expect(world.fleet.casualties.kill).toBe(1);
    expect(
      world.fleet.names.filter((name) => name === 'ledger.park before').length,
    ).toBeGreaterThan(20);
    report({
      row: 57,
      fault: '50,000 recipients, paused and resumed twice, a worker killed',
      injections: 5,
      outcome: `50,000 mailed once in ${world.mailgun.calls.length} calls, 50 batches`,
    });
  });
});

it('row 58: a redrive of what was sent changes nothing, and records outlive every queue', async () => {
  const requests = batches(3, 4);
  const { world, wrong } = await play(
    {},
    (staged) => {
      for (const request of requests) staged.enqueue(request);
      for (const day of [1, 13]) {
        staged.later(day * DAY_MS, () => {
          for (const request of requests) staged.enqueue(request);
        });
      }
    },
    { accepted: 12 },
  );
  await world.run(14 * DAY_MS);
  const days = environmentSchema.shape.RECORDS_TTL_DAYS;

  expect(wrong.filter((one) => one !== 'did not come to an end')).toEqual([]);
  expect(world.nowMs).toBeGreaterThan(START_MS + 13 * DAY_MS - HOUR_MS);
  expect(world.queue.size).toBe(0);
  expect(world.mailgun.calls).toHaveLength(3);
  // Queue, dead letters and queue again may each keep a message for 14 days.
  expect(days.safeParse(3 * 14).success).toBe(false);
  expect(days.safeParse(3 * 14 + 1).success).toBe(true);
  report({
    row: 58,
    fault: 'redriven after 1 and 13 days',
    injections: 6,
    outcome: 'no-op; records kept > 3 x 14 days',
  });
});

it('row 59: what an older producer writes is read, an unknown version is a dead letter and told', async () => {
  const [request] = batches(1, 2);
  const { world, wrong } = await play(
    {},
    (staged) => {
      staged.enqueue(request!);
      staged.queue.send(JSON.stringify({ ...request, version: 2, batchId: '000002' }), 'acme');
    },
    { accepted: 2 },
  );

  expect(wrong).toEqual([]);
  expect(world.deadLetters.letters.map(({ code }) => code)).toEqual(['unsupported-version']);
  expect(world.types).toEqual(['batch.deadLettered']);
  report({
    row: 59,
    fault: 'a message of another version',
    injections: 1,
    outcome: 'dead letter, 1 notification; known ones are sent',
  });
});

function callsBetween(world: World, fromMs: number, toMs: number): number {
  return world.mailgun.calls.filter(({ atMs }) => atMs > fromMs && atMs < toMs).length;
}
