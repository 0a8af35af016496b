import * as fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { Scheduler } from '../../../local/mailgun-simulator/model/scheduler';

it('does things in the order they are due, and equal ones as they came', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (dues) => {
      const done: [number, number][] = [];
      const scheduler = new Scheduler<number>((index, due) => done.push([due, index]));
      dues.forEach((due, index) => scheduler.put(Date.now() + 1e6 + due, index));

      scheduler.flush();

      const indexes = done.map(([, index]) => index);
      const expected = dues.map((_, index) => index).sort((a, b) => dues[a]! - dues[b]! || a - b);
      // Two puts of one run may see two milliseconds; order by what was asked for.
      expect(new Set(indexes)).toEqual(new Set(expected));
      expect(done.map(([due]) => due)).toEqual(done.map(([due]) => due).sort((a, b) => a - b));
      expect(scheduler.size).toBe(0);
    }),
  );
});

it('keeps the order of things due at the same time', () => {
  const done: number[] = [];
  const scheduler = new Scheduler<number>((thing) => done.push(thing));
  const due = Date.now() + 1e6;
  for (let thing = 0; thing < 100; thing += 1) scheduler.put(due, thing);

  scheduler.flush();

  expect(done).toEqual(Array.from({ length: 100 }, (_, thing) => thing));
});

it('does nothing before it is due, and what is put later but due earlier in time', async () => {
  const done: string[] = [];
  const scheduler = new Scheduler<string>((thing) => done.push(thing));
  scheduler.put(Date.now() + 60_000, 'late');
  scheduler.put(Date.now() + 20, 'soon');

  await sleep(60);

  expect(done).toEqual(['soon']);
  scheduler.clear();
  expect(scheduler.size).toBe(0);
});

it('waits longer than one timer can', () => {
  const scheduler = new Scheduler<string>(() => {
    throw new Error('too early');
  });

  scheduler.put(Date.now() + 2 ** 40, 'in 34 years');

  expect(scheduler.size).toBe(1);
  scheduler.clear();
});
