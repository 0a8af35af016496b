import fc from 'fast-check';
import { DELIVERY_EVENT_TYPES } from '../../../lambdas/core/delivery-event/delivery-event';
import { normaliseEvent } from '../../../lambdas/core/delivery-event/normalise-event';
import { anEventData, webhookEvent } from '../../support/builders/webhooks';

describe('normaliseEvent', () => {
  it.each([
    ['accepted', 'accepted'],
    ['accepted-scheduled-user-variables', 'accepted'],
    ['delivered', 'delivered'],
    ['delivered-2018-shape', 'delivered'],
    ['delivered-batch-alice', 'delivered'],
    ['delivered-batch-bob', 'delivered'],
    ['opened', 'opened'],
    ['opened-bot-apple', 'opened'],
    ['opened-bot-generic', 'opened'],
    ['clicked', 'clicked'],
    ['clicked-bot-generic', 'clicked'],
    ['unsubscribed', 'unsubscribed'],
    ['complained', 'complained'],
    ['failed-permanent-bounce', 'bounced'],
    ['failed-permanent-bounce-2018-shape', 'bounced'],
    ['failed-permanent-bounce-soft', 'failed'],
    ['failed-permanent-espblock', 'failed'],
    ['failed-permanent-generic-policy', 'failed'],
    ['failed-permanent-suppress-bounce', 'failed'],
    ['failed-permanent-suppress-complaint', 'failed'],
    ['failed-permanent-suppress-unsubscribe', 'failed'],
    ['failed-temporary-connection-680', 'deferred'],
    ['failed-temporary-generic-421', 'deferred'],
    ['failed-temporary-greylisted-450', 'deferred'],
    ['failed-temporary-mailbox-full-452', 'deferred'],
    ['failed-temporary-ratelimit-421-4.7.0', 'deferred'],
    ['failed-temporary-throttled-451-batch-template', 'deferred'],
  ])('reads %s as %s', (name, type) => {
    expect(normaliseEvent(webhookEvent(name)).type).toBe(type);
  });

  it('reads everything a delivery says', () => {
    expect(normaliseEvent(webhookEvent('delivered'))).toEqual({
      type: 'delivered',
      providerEvent: 'delivered',
      providerId: 'bzIL2R2atMwbgPKijvhNJA',
      occurredAtMs: 1770146431658,
      recipient: 'recipient@example.com',
      messageId: '20260203192030.53383e583ab41f62@mg.example.com',
      domain: 'mg.example.com',
      tags: ['webhook_payload'],
      variables: [],
      testMode: false,
      machine: false,
      machineReason: undefined,
      failure: undefined,
    });
  });

  it.each([
    ['a person, with no bot field', {}, false],
    ['a person, with an empty bot', { bot: '' }, false],
    ['a person, with a null bot', { bot: null }, false],
    ["Apple's proxy", { bot: 'apple' }, true],
    ["Gmail's proxy", { bot: 'gmail' }, true],
    ['a scanner', { bot: 'generic' }, true],
    ['a kind of program not known yet', { bot: 'martian' }, true],
  ])('tells that %s opened', (_who, clientInfo, machine) => {
    const opened = anEventData({ event: 'opened', 'client-info': clientInfo });

    expect(normaliseEvent(opened).machine).toBe(machine);
  });

  it('calls only opens and clicks a machine, whatever client is named and however soon', () => {
    const delivered = anEventData({
      'client-info': { bot: 'generic' },
      'delivered-at': 1770146431,
    });

    expect(normaliseEvent(delivered, 3)).toMatchObject({
      machine: false,
      machineReason: undefined,
    });
  });

  it.each([
    ['in the same second', 1770146428.9, 1770146428, true],
    ['to the millisecond at the end of the span', 1770146431, 1770146428, true],
    ['a millisecond later', 1770146431.002, 1770146428, false],
    ['much later', 1770146500.5, 1770146428, false],
    ['a second before, by rounding', 1770146427.5, 1770146428, true],
    ['before by more than that: clocks disagree', 1770146426.9, 1770146428, false],
    ['with a time of delivery as text', 1770146429.5, '1770146428', true],
    ['without a time of delivery', 1770146429.5, undefined, false],
    ['with a time of delivery that is none', 1770146429.5, 'soon', false],
    ['with a time of delivery of zero', 1770146429.5, 0, false],
    ['without a time of its own', null, 1770146428, false],
  ])('judges an open and a click by their time: %s', (_when, timestamp, deliveredAt, machine) => {
    for (const event of ['opened', 'clicked']) {
      const data = anEventData({ event, timestamp, 'delivered-at': deliveredAt });

      expect(normaliseEvent(data, 3)).toMatchObject({
        machine,
        machineReason: machine ? 'soon-after-delivery' : undefined,
      });
      expect(normaliseEvent(data, 0).machine).toBe(false);
      expect(normaliseEvent({ ...data, 'client-info': { bot: 'apple' } }, 3)).toMatchObject({
        machine: true,
        machineReason: 'flagged',
      });
    }
  });

  it.each([
    ['by its flag', { flags: { 'is-test-mode': true } }, true],
    ['by its code', { 'delivery-status': { code: 650 } }, true],
    ['by its code as text', { 'delivery-status': { code: '650' } }, true],
    ['not without either', { flags: { 'is-test-mode': false } }, false],
    ['not when flags are a list', { flags: ['is-test-mode'] }, false],
  ])('knows test mode %s', (_how, fields, testMode) => {
    expect(normaliseEvent(anEventData(fields)).testMode).toBe(testMode);
  });

  it.each([
    ['an object', { batch: 'acme/spring/1' }],
    ['an empty list', []],
    ['a text instead of an object', 'Could not load user-variables.'],
    ['nothing', undefined],
    ['null', null],
  ])('passes on user-variables that are %s', (_shape, variables) => {
    const event = normaliseEvent(anEventData({ 'user-variables': variables }));

    expect(event.variables).toEqual(variables);
  });

  it.each([
    ['in brackets', { headers: { 'message-id': '<id@mg.example.com>' } }, 'id@mg.example.com'],
    ['in capitals', { headers: { 'Message-Id': 'id@mg.example.com' } }, 'id@mg.example.com'],
    ['missing', { headers: {} }, undefined],
    ['empty', { headers: { 'message-id': '' } }, undefined],
    ['a number', { headers: { 'message-id': 7 } }, undefined],
    ['with a line break', { headers: { 'message-id': 'a\nb@c' } }, undefined],
    ['without headers', {}, undefined],
    ['without a message', null, undefined],
  ])('reads a message id %s', (_shape, message, messageId) => {
    expect(normaliseEvent(anEventData({ message })).messageId).toBe(messageId);
  });

  it.each([
    ['its name', { domain: { name: 'MG.Example.com' } }, 'mg.example.com'],
    ['a text', { domain: 'mg.example.com' }, 'mg.example.com'],
    ['the message id, as in 2018', { domain: undefined }, 'mg.example.com'],
    ['nothing', { domain: undefined, message: {} }, undefined],
    ['what is no domain', { domain: { name: 'mg.example.com/../x' } }, undefined],
  ])('reads the domain from %s', (_where, fields, domain) => {
    expect(normaliseEvent(anEventData(fields)).domain).toBe(domain);
  });

  it.each([
    ['seconds with a fraction', 1770146431.6585283, 1770146431658],
    ['whole seconds', 1770919605, 1770919605000],
    ['seconds as text', '1770146431.5', 1770146431500],
    ['milliseconds', 1770146431658, 1770146431658],
    ['nanoseconds', 1770146431658528300, 1770146431658],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['a word', 'yesterday', undefined],
    ['zero', 0, undefined],
    ['a number no unit makes sense of', 1e21, undefined],
    ['the largest number there is', Number.MAX_VALUE, undefined],
  ])('reads a time in %s', (_unit, timestamp, occurredAtMs) => {
    expect(normaliseEvent(anEventData({ timestamp })).occurredAtMs).toBe(occurredAtMs);
  });

  it.each([
    ['in capitals', 'Ada@Example.COM', 'ada@example.com'],
    ['with a name', 'Ada <ada@example.com>', 'ada@example.com'],
    ['with a name that holds an address', '"bob@x.org, Ada" <Ada@example.com> ', 'ada@example.com'],
    ['in brackets', '<ada@example.com>', 'ada@example.com'],
    ['in brackets that do not end it', '<ada@example.com> of X', undefined],
    ['missing', undefined, undefined],
    ['empty', '', undefined],
    ['no address', 'ada', undefined],
    ['a list', ['ada@example.com'], undefined],
  ])('reads a recipient %s', (_shape, recipient, address) => {
    expect(normaliseEvent(anEventData({ recipient })).recipient).toBe(address);
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['an object', {}],
    ['a list of something else', [7, null, '']],
  ])('reads tags that are %s as none', (_shape, tags) => {
    expect(normaliseEvent(anEventData({ tags })).tags).toEqual([]);
  });

  it.each([
    ['permanent', { severity: 'permanent' }, 'failed'],
    ['permanent, in capitals', { severity: 'PERMANENT' }, 'failed'],
    ['temporary', { severity: 'temporary' }, 'deferred'],
    ['none, logged as an error', { 'log-level': 'error' }, 'failed'],
    ['none, logged as a warning', { 'log-level': 'warn' }, 'deferred'],
    ['none, logged as something else', { 'log-level': 'info' }, 'unknown'],
    ['internal', { severity: 'internal', 'log-level': 'error' }, 'unknown'],
  ])('reads a failure with the severity %s', (_severity, fields, type) => {
    const failure = anEventData({ event: 'failed', reason: 'generic', ...fields });

    expect(normaliseEvent(failure).type).toBe(type);
  });

  it.each([
    ['an event not known yet', { event: 'levitated' }, 'levitated'],
    ['an event that Mailgun only logs', { event: 'rejected' }, 'rejected'],
    ['an event without a name', { event: undefined }, 'missing'],
    ['a name that is a number', { event: 7 }, 'missing'],
    ['a name of several words', { event: 'Levitated Twice' }, 'levitated_twice'],
    ['a name that holds an address', { event: 'to ada@example.com' }, 'withheld'],
    ['a name that holds an encoded address', { event: 'ada%40example.com' }, 'withheld'],
    ['a name that holds a wide @', { event: 'ada\uff20example.com' }, 'withheld'],
    ['a name without end', { event: 'x'.repeat(1000) }, 'x'.repeat(64)],
  ])('keeps %s as unknown', (_what, fields, providerEvent) => {
    expect(normaliseEvent(anEventData(fields))).toMatchObject({ type: 'unknown', providerEvent });
  });

  it.each([
    ['storage', []],
    ['storage', { key: 'k', url: 'u' }],
    ['envelope', {}],
    ['envelope', { 'sending-ip': '198.51.100.10' }],
    ['delivery-status', null],
    ['delivery-status', { description: null, 'enhanced-code': null, code: 250 }],
    ['delivery-status', { description: '', 'enhanced-code': '', code: '250' }],
    ['campaigns', undefined],
    ['scheduled-for', '1770150400'],
    ['method', 'http'],
    ['mxhost', 'mx1.example.com'],
    ['something new', { at: ['all'] }],
  ])('reads a delivery with %s %j', (field, value) => {
    expect(normaliseEvent(anEventData({ [field]: value }))).toMatchObject({
      type: 'delivered',
      recipient: 'ada@example.com',
    });
  });

  it('makes an event of anything', () => {
    const names = ['event', 'severity', 'timestamp', 'recipient', 'message', 'domain', 'tags'];
    const nested = ['delivery-status', 'flags', 'client-info', 'user-variables', 'reason', 'id'];
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('failed', 'permanent', 'opened', null, [], {}),
    );
    const eventData = fc.dictionary(fc.constantFrom(...names, ...nested), value);

    fc.assert(
      fc.property(eventData, (data) => {
        const event = normaliseEvent(data);

        expect(DELIVERY_EVENT_TYPES).toContain(event.type);
      }),
      { numRuns: 1_000 },
    );
  });
});
