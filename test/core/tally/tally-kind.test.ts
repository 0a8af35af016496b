import { normaliseEvent } from '../../../lambdas/core/delivery-event/normalise-event';
import { tallyKindOf } from '../../../lambdas/core/tally/tally-kind';
import { anEventData, webhookEvent } from '../../support/builders/webhooks';

describe('tallyKindOf', () => {
  it.each([
    ['accepted', undefined],
    ['delivered', 'delivered'],
    ['opened', 'opened'],
    ['opened-bot-apple', 'machineOpened'],
    ['opened-bot-generic', 'machineOpened'],
    ['clicked', 'clicked'],
    ['clicked-bot-generic', 'machineClicked'],
    ['unsubscribed', 'unsubscribed'],
    ['complained', 'complained'],
    ['failed-permanent-bounce', 'bounced'],
    ['failed-permanent-bounce-soft', 'failed'],
    ['failed-permanent-espblock', 'failed'],
    ['failed-permanent-suppress-bounce', 'failed'],
    ['failed-temporary-greylisted-450', 'deferred'],
  ])('counts %s as %s', (name, kind) => {
    expect(tallyKindOf(normaliseEvent(webhookEvent(name)))).toBe(kind);
  });

  it.each([
    ['a delivery in test mode', { 'delivery-status': { code: 650 } }],
    ['an open in test mode', { event: 'opened', flags: { 'is-test-mode': true } }],
    ['an event that is not known', { event: 'levitated' }],
  ])('counts %s nowhere', (_what, fields) => {
    expect(tallyKindOf(normaliseEvent(anEventData(fields)))).toBeUndefined();
  });
});
