import { TransientError } from '../../lambdas/core/errors';
import { ControlFixture, NOW } from './control-fixture';

const REDRIVE = 'POST /queues/{queue}/redrive';
const HISTORY = 'GET /queues/{queue}/history';
const BY = { reason: 'the secret is right again', actor: 'grace' };

it('puts dead letters back, and tells how many and whether none is left', async () => {
  const fixture = new ControlFixture();
  fixture.deadLetters.add(NOW, 'a', 'b');

  const { status, answer } = await fixture.call(REDRIVE, { queue: 'campaigns' }, BY);

  expect(status).toBe(200);
  expect(answer).toEqual({ queue: 'campaigns', moved: 2, empty: true });
  expect(fixture.deadLetters.queue).toEqual([
    { body: 'a', groupId: 'acme' },
    { body: 'b', groupId: 'acme' },
  ]);
  expect(fixture.deadLetters.waiting).toEqual([]);
});

it('moves 500 at most, and tells that more may be left', async () => {
  const fixture = new ControlFixture();
  fixture.deadLetters.add(NOW, ...Array.from({ length: 501 }, (_none, index) => `letter-${index}`));

  const { answer } = await fixture.call(REDRIVE, { queue: 'campaigns' }, BY);

  expect(answer).toMatchObject({ moved: 500, empty: false });
  expect(fixture.deadLetters.waiting).toHaveLength(1);
});

it.each(['', 'toString', '__proto__'])('is 404 for the queue "%s"', async (queue) => {
  const { status, answer } = await new ControlFixture().call(REDRIVE, { queue }, BY);

  expect(status).toBe(404);
  expect(answer).toMatchObject({
    error: { code: 'no-such-queue', message: 'queue: expected one of campaigns, events' },
  });
});

it('redrives events apart from campaigns', async () => {
  const fixture = new ControlFixture();
  fixture.deadLetters.add(NOW, 'a');

  const { answer } = await fixture.call(REDRIVE, { queue: 'events' }, BY);

  expect(answer).toEqual({ queue: 'events', moved: 0, empty: true });
});

it.each([
  ['no body', undefined],
  ['no reason', { actor: 'grace' }],
  ['no actor', { reason: 'mended' }],
])('moves nothing with %s', async (_what, body) => {
  const fixture = new ControlFixture();
  fixture.deadLetters.add(NOW, 'a');

  const { status, answer } = await fixture.call(REDRIVE, { queue: 'campaigns' }, body);

  expect(status).toBe(400);
  expect(answer).toMatchObject({ error: { code: 'malformed-body' } });
  expect(fixture.deadLetters.waiting).toHaveLength(1);
});

it('keeps who had dead letters put back and why, and tells it', async () => {
  const fixture = new ControlFixture();
  fixture.deadLetters.add(NOW, 'a');

  await fixture.call(REDRIVE, { queue: 'campaigns' }, BY);

  const { answer } = await fixture.call(HISTORY, { queue: 'campaigns' });
  expect(answer).toEqual({
    queue: 'campaigns',
    entries: [{ at: new Date(NOW).toISOString(), redrive: 'requested', ...BY }],
  });
  expect(fixture.notifier.notifications).toEqual([
    {
      ...{ version: 1, type: 'queue.redriven', at: new Date(NOW).toISOString() },
      ...{ reason: BY.reason, details: { queue: 'campaigns', actor: 'grace', moved: 1 } },
    },
  ]);
});

it('tells nobody where nothing was moved', async () => {
  const fixture = new ControlFixture();

  await fixture.call(REDRIVE, { queue: 'campaigns' }, BY);

  expect(fixture.notifier.notifications).toEqual([]);
});

it('moves nothing that could not be filed', async () => {
  const fixture = new ControlFixture();
  fixture.deadLetters.add(NOW, 'a');
  fixture.controls.fault = new TransientError('the store is away');

  const { status } = await fixture.call(REDRIVE, { queue: 'campaigns' }, BY);

  expect(status).toBe(503);
  expect(fixture.deadLetters.waiting).toHaveLength(1);
});
