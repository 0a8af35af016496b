import { batches } from '../support/fault-harness/campaigns';
import { report } from '../support/fault-harness/fault-table';
import type { HandlerFactory } from '../support/fault-harness/fleet';
import { killAt } from '../support/fault-harness/injections';
import { silence } from '../support/fault-harness/model-mailgun';
import { checkpointsBeforeTheCall, retriesOnTimeout } from '../support/fault-harness/naive-senders';
import { seeded } from '../support/fault-harness/random';
import { World } from '../support/fault-harness/world';

const RECIPIENTS = 12;

/** How many were mailed twice and how many never, after a death at one place and some lost answers. */
async function run(handler: (world: World) => HandlerFactory, seed: number) {
  const random = seeded(seed + 5_000_000);
  const injector = killAt(1 + Math.floor(random() * 20));
  const world = new World({ seed, handler, injector });
  for (const request of batches(3, RECIPIENTS / 3)) world.enqueue(request);
  world.mailgun.script = ({ number }) =>
    number <= 4 && random() < 0.2 ? silence(random() < 0.5) : undefined;
  await world.run();
  const { mailedTwice, mailings } = world.mailgun;
  return { twice: mailedTwice.length, never: RECIPIENTS - mailings.size };
}

async function overRuns(handler: (world: World) => HandlerFactory, runs = 200) {
  let withTwice = 0;
  let withNever = 0;
  for (let seed = 1; seed <= runs; seed += 1) {
    const { twice, never } = await run(handler, seed);
    if (twice > 0) withTwice += 1;
    if (never > 0) withNever += 1;
  }
  return { runs, withTwice, withNever };
}

it('shows a sender that retries on a timeout and keeps no state to mail people twice', async () => {
  const { runs, withTwice, withNever } = await overRuns(retriesOnTimeout);

  report({
    row: 'naive',
    fault: 'no state, retries on a timeout',
    injections: runs,
    outcome: `must fail, and did: mailed twice in ${withTwice}, lost in ${withNever} of ${runs} runs`,
  });
  expect(withTwice).toBeGreaterThan(runs / 10);
});

it('shows a sender that moves its checkpoint before the call to lose people', async () => {
  const { runs, withTwice, withNever } = await overRuns(checkpointsBeforeTheCall);

  report({
    row: 'naive',
    fault: 'checkpoint before the call',
    injections: runs,
    outcome: `must fail, and did: lost in ${withNever}, mailed twice in ${withTwice} of ${runs} runs`,
  });
  expect(withNever).toBeGreaterThan(runs / 10);
});

it('shows the real sender to do neither', async () => {
  const { runs, withTwice, withNever } = await overRuns(
    (world) => (invocation) => world.consumer(invocation),
  );

  report({
    row: 'naive',
    fault: 'the sender itself, under the same',
    injections: runs,
    outcome: `mailed twice in ${withTwice}, lost in ${withNever} of ${runs} runs`,
  });
  expect({ withTwice, withNever }).toEqual({ withTwice: 0, withNever: 0 });
});
