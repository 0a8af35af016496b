import { measuresOf, metricOfType } from '../../../lambdas/core/metric/measures';

describe('measuresOf', () => {
  it('counts a line of a measured code once', () => {
    expect(measuresOf({ code: 'webhook-refused', reason: 'bad-signature' })).toEqual([
      { name: 'WebhooksRefused', count: 1 },
    ]);
  });

  it('counts what a field says, and nothing for what did not happen', () => {
    expect(measuresOf({ code: 'events-recorded', recorded: 998, foreign: 2, failed: 0 })).toEqual([
      { name: 'EventsRecorded', count: 998 },
      { name: 'EventsForeign', count: 2 },
    ]);
    expect(measuresOf({ code: 'events-not-recorded', count: 0 })).toEqual([]);
    expect(measuresOf({ code: 'events-not-recorded', count: 'many' })).toEqual([]);
  });

  it('counts what is so', () => {
    const pass = { code: 'reconciliation-pass', missing: 3 };

    expect(measuresOf({ ...pass, behind: true })).toEqual([
      { name: 'EventsRepaired', count: 3 },
      { name: 'PassesBehind', count: 1 },
    ]);
    expect(measuresOf({ ...pass, behind: false })).toHaveLength(1);
  });

  it('counts a call of which nobody knows as call, fault and doubt', () => {
    const names = measuresOf({ code: 'submission-unknown' }).map(({ name }) => name);

    expect(names).toEqual(['MailgunCalls', 'MailgunFaults', 'Doubts']);
  });

  it('counts a notification under the name of its type', () => {
    expect(measuresOf({ code: 'notified', type: 'breaker.opened' })).toEqual([
      { name: 'BreakerOpened', count: 1 },
    ]);
    expect(metricOfType('batch.inDoubt')).toBe('BatchInDoubt');
    expect(measuresOf({ code: 'notified' })).toEqual([]);
  });

  it.each([[{ code: 'batch-waits' }], [{ code: 'constructor' }], [{ code: 7 }], [{}]])(
    'measures nothing of %j',
    (line) => {
      expect(measuresOf(line)).toEqual([]);
    },
  );
});
