import { normaliseEvent } from '../../../lambdas/core/delivery-event/normalise-event';
import { startLaboratory, stopLaboratories } from './api-client';
import { startReceiver, stopReceivers } from './webhook-receiver';

afterEach(async () => {
  await stopLaboratories();
  await stopReceivers();
});

// Every kind of failure many times over, so that each of its shapes is met.
const RATES = {
  bounced: 0.1,
  bouncedLate: 0.05,
  blocked: 0.05,
  refusedByPolicy: 0.05,
  refusedByBlockList: 0.05,
  mailboxFull: 0.05,
  tooOld: 0.02,
  deferred: 0.3,
  complained: 0.05,
  unsubscribed: 0.05,
};

it('agree: what the webhooks mean to the mailer is what the books say happened', async () => {
  const receiver = await startReceiver();
  const mailgun = await startLaboratory({ webhookUrl: receiver.url, rates: RATES });
  const everyone = Array.from({ length: 900 }, (_, index) => `r${String(index)}@example.com`);

  await mailgun.mail(everyone, [['v:batch', 'acme/spring/1']]);
  await mailgun.settle();

  const reached = new Map<string, Set<string>>();
  for (const { event } of receiver.received) {
    const { type, machine, recipient } = normaliseEvent({ ...event });
    const kind = machine ? `machine${type}` : type;
    reached.set(kind, (reached.get(kind) ?? new Set()).add(recipient ?? 'nobody'));
  }
  const of = (kind: string) => reached.get(kind) ?? new Set<string>();
  expect(mailgun.books().total).toMatchObject({
    accepted: of('accepted').size,
    outcomes: {
      delivered: [...of('delivered')].filter((each) => !of('bounced').has(each)).length,
      bounced: of('bounced').size,
      failed: of('failed').size,
      deferred: 0,
      outstanding: 0,
      opened: of('opened').size,
      machineOpened: of('machineopened').size,
      clicked: of('clicked').size,
      machineClicked: of('machineclicked').size,
      complained: of('complained').size,
      unsubscribed: of('unsubscribed').size,
    },
  });
  expect(of('unknown').size).toBe(0);
});
