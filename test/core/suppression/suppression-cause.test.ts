import { normaliseEvent } from '../../../lambdas/core/delivery-event/normalise-event';
import { suppressionCausedBy } from '../../../lambdas/core/suppression/suppression-cause';
import { aFailure, anEventData, webhookEvent, webhookNames } from '../../support/builders/webhooks';

const manyTags = (count: number) => Array.from({ length: count }, (_unused, at) => `tag-${at}`);

describe('suppressionCausedBy', () => {
  it.each([
    ['failed-permanent-bounce', { reason: 'bounce', cause: 'webhook:bounced' }],
    ['failed-permanent-bounce-2018-shape', { reason: 'bounce', cause: 'webhook:bounced' }],
    ['complained', { reason: 'complaint', cause: 'webhook:complained' }],
    ['unsubscribed', { reason: 'unsubscribe', cause: 'webhook:unsubscribed' }],
    ['failed-permanent-suppress-bounce', { reason: 'bounce', cause: 'webhook:suppress-bounce' }],
    [
      'failed-permanent-suppress-complaint',
      { reason: 'complaint', cause: 'webhook:suppress-complaint' },
    ],
    [
      'failed-permanent-suppress-unsubscribe',
      { reason: 'unsubscribe', cause: 'webhook:suppress-unsubscribe', tags: ['webhook_payload'] },
    ],
  ])('stops mail to the recipient after %s', (name, expected) => {
    expect(suppressionCausedBy(normaliseEvent(webhookEvent(name)))).toEqual(expected);
  });

  it.each(
    webhookNames().filter(
      (name) =>
        !/^(legacy|missing|bad-)|suppress|complained|unsubscribed/.test(name) &&
        !/^failed-permanent-bounce(-2018-shape)?$/.test(name),
    ),
  )('keeps the recipient mailable after %s', (name) => {
    expect(suppressionCausedBy(normaliseEvent(webhookEvent(name)))).toBeUndefined();
  });

  it.each([
    ['every tag', ['*'], undefined],
    ['every tag among others', ['promo', '*'], undefined],
    ['no tag', [], undefined],
    ['some tags', ['promo', 'news'], ['promo', 'news']],
    ['as many tags as are believed', manyTags(20), manyTags(20)],
    ['more tags than any message has', manyTags(21), undefined],
  ])('limits an unsubscribe from %s', (_which, tags, scope) => {
    const unsubscribed = normaliseEvent(anEventData({ event: 'unsubscribed', tags }));

    expect(suppressionCausedBy(unsubscribed)?.tags).toEqual(scope);
  });

  it('stops mail to a mailbox that bounced only after it had taken the message', () => {
    const status = { code: 550, 'bounce-code': '5.1.1', message: '' };
    const flags = { 'is-delayed-bounce': true };
    const delayed = normaliseEvent(aFailure({ reason: 'generic', status, flags }));

    expect(suppressionCausedBy(delayed)).toMatchObject({ reason: 'bounce' });
  });

  it('learns nothing from test mode', () => {
    const tested = anEventData({ event: 'complained', flags: { 'is-test-mode': true } });

    expect(suppressionCausedBy(normaliseEvent(tested))).toBeUndefined();
  });
});
