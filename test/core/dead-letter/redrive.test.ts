import { redrive } from '../../../lambdas/core/dead-letter/redrive';
import { InMemoryDeadLetterSource } from '../../support/fakes/in-memory-dead-letter-source';

const NOW = 1_700_000_000_000;
const bounds = { letters: 100, untilMs: NOW + 1000 };
const clock = () => NOW;

describe('redrive', () => {
  it('leaves what became a dead letter since it began for the next time', async () => {
    const source = new InMemoryDeadLetterSource();
    source.add(NOW, 'old');
    source.add(NOW + 1, 'came back');

    expect(await redrive(source, bounds, clock)).toEqual({ moved: 1, empty: true });
    expect(source.queue.map(({ body }) => body)).toEqual(['old']);
    expect(source.waiting.map(({ body }) => body)).toEqual(['came back']);
  });

  it('finds older letters behind those that came back', async () => {
    const source = new InMemoryDeadLetterSource();
    source.add(NOW + 1, ...Array.from({ length: 10 }, (_none, index) => `back-${index}`));
    source.add(NOW, 'old');

    expect(await redrive(source, bounds, clock)).toEqual({ moved: 1, empty: true });
  });

  it('stops when its time is over', async () => {
    const source = new InMemoryDeadLetterSource();
    source.add(NOW, ...Array.from({ length: 30 }, (_none, index) => `letter-${index}`));
    const times = [NOW, NOW, NOW + 999, NOW + 1000];

    const redriven = await redrive(source, bounds, () => times.shift() ?? NOW + 1000);

    expect(redriven).toEqual({ moved: 20, empty: false });
  });

  it('tells how far it is', async () => {
    const source = new InMemoryDeadLetterSource();
    source.add(NOW, ...Array.from({ length: 12 }, (_none, index) => `letter-${index}`));
    const told: number[] = [];

    await redrive(source, bounds, clock, (moved) => told.push(moved));

    expect(told).toEqual([10, 12]);
  });

  it('keeps a letter that could not be put back', async () => {
    const source = new InMemoryDeadLetterSource();
    source.add(NOW, 'a');
    source.faults = { putBack: new Error('down') };

    await expect(redrive(source, bounds, clock)).rejects.toThrow('down');
    expect(source.waiting).toHaveLength(1);
  });

  it('has a letter in both places, never in neither, when it can not be deleted', async () => {
    const source = new InMemoryDeadLetterSource();
    source.add(NOW, 'a');
    source.faults = { delete: new Error('down') };

    await expect(redrive(source, bounds, clock)).rejects.toThrow('down');
    expect(source.queue).toHaveLength(1);
    expect(source.waiting).toHaveLength(1);
  });
});
