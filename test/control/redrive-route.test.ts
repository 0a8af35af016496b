import { ControlFixture, NOW } from './control-fixture';

const REDRIVE = 'POST /queues/{queue}/redrive';

it('puts dead letters back, and tells how many and whether none is left', async () => {
  const fixture = new ControlFixture();
  fixture.deadLetters.add(NOW, 'a', 'b');

  const { status, answer } = await fixture.call(REDRIVE, { queue: 'campaigns' });

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

  const { answer } = await fixture.call(REDRIVE, { queue: 'campaigns' });

  expect(answer).toMatchObject({ moved: 500, empty: false });
  expect(fixture.deadLetters.waiting).toHaveLength(1);
});

it.each(['', 'release', 'toString'])('is 404 for the queue "%s"', async (queue) => {
  const { status, answer } = await new ControlFixture().call(REDRIVE, { queue });

  expect(status).toBe(404);
  expect(answer).toMatchObject({ error: { code: 'no-such-queue' } });
});

it('redrives events apart from campaigns', async () => {
  const fixture = new ControlFixture();
  fixture.deadLetters.add(NOW, 'a');

  const { answer } = await fixture.call(REDRIVE, { queue: 'events' });

  expect(answer).toEqual({ queue: 'events', moved: 0, empty: true });
});
