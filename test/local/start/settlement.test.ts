import { settlement } from '../../../local/start/settlement';
import type { Look } from '../../../local/start/settlement';

const PATIENCE = { pauseMs: 1, stillMs: 40 };
const never = new AbortController().signal;

const looking = (looks: readonly Look[]) => {
  let at = 0;
  return () => Promise.resolve(looks[Math.min(at++, looks.length - 1)]!);
};

describe('waiting for a campaign to settle', () => {
  it('ends as soon as everything agrees', async () => {
    const look = looking([
      { settled: false, state: 'a' },
      { settled: false, state: 'b' },
      { settled: true, state: 'c' },
    ]);

    expect(await settlement(look, PATIENCE, never)).toEqual({ settled: true });
  });

  it('waits as long as anything moves', async () => {
    const moving = Array.from({ length: 60 }, (_, at) => ({ settled: false, state: String(at) }));

    const settled = await settlement(
      looking([...moving, { settled: true, state: 'end' }]),
      PATIENCE,
      never,
    );

    expect(settled).toEqual({ settled: true });
  });

  it('gives up when nothing has moved for long', async () => {
    const settled = await settlement(looking([{ settled: false, state: 'a' }]), PATIENCE, never);

    expect(settled).toMatchObject({ settled: false });
    expect(settled).toHaveProperty('stillForMs', expect.any(Number));
  });

  it('ends when it is interrupted', async () => {
    const interruption = new AbortController();
    const look = () => {
      interruption.abort(new Error('interrupted'));
      return Promise.resolve({ settled: false, state: 'a' });
    };

    await expect(settlement(look, PATIENCE, interruption.signal)).rejects.toThrow();
  });

  it('passes on what goes wrong', async () => {
    const look = () => Promise.reject(new Error('control API down'));

    await expect(settlement(look, PATIENCE, never)).rejects.toThrow('control API down');
  });
});
