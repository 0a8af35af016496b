import { wantedEvents } from '../../bin/setup/wanted-events';
import { aConfiguration } from '../lib/deployment';

it('wants no kind of event that the stage skips, and every other', () => {
  const stage = aConfiguration({ webhooks: { skippedEvents: ['accepted', 'opened'] } });

  expect(wantedEvents(stage)).toEqual([
    ...['delivered', 'clicked', 'unsubscribed', 'complained', 'temporary_fail', 'permanent_fail'],
  ]);
});

it.each([undefined, aConfiguration()])(
  'wants all eight kinds where nothing is skipped',
  (stage) => {
    expect(wantedEvents(stage)).toHaveLength(8);
  },
);
