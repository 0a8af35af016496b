import { checkDomain } from './domain-checks';
import { acceptMessage, countUnfilled } from './accept';
import { checkMessage, checkMimeMessage, type CheckedMessage } from './request-checks';
import { describeQueues } from '../domains/sending-queues';
import { ok, parameter, type Call, type Reply } from '../http/call';
import { readMultipart, type Form } from '../http/form';
import type { Route } from '../http/router';
import type { Mailgun } from '../mailgun';

/** `POST /v3/{domain}/messages`, `…/messages.mime`, and what else concerns mail on its way. */
export function messageRoutes(mailgun: Mailgun): readonly Route[] {
  return [
    {
      endpoint: 'messages',
      method: 'POST',
      path: '/v3/:domain/messages',
      handle: (call) => send(mailgun, call, checkMessage),
    },
    {
      endpoint: 'messages.mime',
      method: 'POST',
      path: '/v3/:domain/messages.mime',
      handle: (call) => send(mailgun, call, checkMimeMessage),
    },
    {
      endpoint: 'sending-queues',
      method: 'GET',
      path: '/v3/domains/:domain/sending_queues',
      handle: (call) => ok(describeQueues(mailgun.state(parameter(call, 'domain')).domain)),
    },
    {
      endpoint: 'envelopes',
      method: 'DELETE',
      path: '/v3/:domain/envelopes',
      handle: (call) => {
        const { domain } = mailgun.state(parameter(call, 'domain'));
        mailgun.flow.cancelScheduled(domain.name);
        return ok({ message: 'done' });
      },
    },
  ];
}

function send(mailgun: Mailgun, call: Call, check: typeof checkMessage): Reply {
  const { domain, templates } = mailgun.state(parameter(call, 'domain'));
  const form = readMultipart(call);
  const nowMs = Date.now();
  const checked = check(form, {
    nowMs,
    scheduleHorizonDays: domain.settings.scheduleHorizonDays ?? 3,
    hasTemplate: (name) => templates.find(name) !== undefined,
  });
  checkDomain(domain, checked.recipients, { nowMs, hourMs: mailgun.compressed(3_600_000) });

  const message = acceptMessage(form, checked, {
    domain,
    ledger: mailgun.ledger,
    nowMs,
    compressed: (ms) => mailgun.compressed(ms),
  });
  noteMistakes(mailgun, form, checked);
  mailgun.requests.note(message, form);
  mailgun.flow.take(message);
  return ok({ id: `<${message.id}>`, message: 'Queued. Thank you.' });
}

/** Notes what Mailgun takes without a word and the sender would regret. */
function noteMistakes(mailgun: Mailgun, form: Form, checked: CheckedMessage): void {
  const { to, cc } = checked.recipients;
  const visible = to.length + cc.length;
  if (checked.variables === undefined && visible > 1) mailgun.mistakes.disclosed += visible;
  mailgun.mistakes.unfilled += countUnfilled(form, checked);
}
