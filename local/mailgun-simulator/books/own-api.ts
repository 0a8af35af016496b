import { setTimeout as sleep } from 'node:timers/promises';
import { readFault } from '../faults/fault-input';
import { ok, parameter, refusal, type Call, type Reply } from '../http/call';
import { readJson } from '../http/form';
import type { Route } from '../http/router';
import type { Mailgun } from '../mailgun';
import { booksOf } from './books';
import { recipientBooks } from './recipient-books';

/** `/__simulator`: what a real Mailgun does not have. Needs no key. */
export function ownRoutes(mailgun: Mailgun): readonly Route[] {
  const endpoint = '__simulator';
  return [
    {
      endpoint,
      method: 'GET',
      path: '/__simulator/books',
      handle: () => ok(booksOf(mailgun)),
    },
    {
      endpoint,
      method: 'GET',
      path: '/__simulator/recipients/:email',
      handle: (call) => ok(recipientBooks(mailgun, parameter(call, 'email'))),
    },
    {
      endpoint,
      method: 'GET',
      path: '/__simulator/requests',
      handle: () => ok({ requests: mailgun.requests.list() }),
    },
    {
      endpoint,
      method: 'POST',
      path: '/__simulator/settle',
      handle: (call) => settle(mailgun, call),
    },
    {
      endpoint,
      method: 'POST',
      path: '/__simulator/reset',
      handle: () => {
        mailgun.reset();
        return ok({ message: 'reset' });
      },
    },
    ...faultRoutes(mailgun),
  ];
}

function faultRoutes(mailgun: Mailgun): readonly Route[] {
  const endpoint = '__simulator';
  const path = '/__simulator/faults';
  return [
    { endpoint, method: 'POST', path, handle: (call) => addFaults(mailgun, call) },
    { endpoint, method: 'GET', path, handle: () => ok({ faults: mailgun.faults.list() }) },
    {
      endpoint,
      method: 'DELETE',
      path,
      handle: () => {
        mailgun.faults.clear();
        return ok({ message: 'cleared' });
      },
    },
    {
      endpoint,
      method: 'DELETE',
      path: `${path}/:id`,
      handle: (call) => {
        const id = parameter(call, 'id');
        if (!mailgun.faults.remove(id)) throw refusal(404, `no fault has the id ${id}`);
        return ok({ message: 'removed' });
      },
    },
  ];
}

function addFaults(mailgun: Mailgun, call: Call): Reply {
  const parsed = readJson(call);
  const inputs = (Array.isArray(parsed) ? parsed : [parsed]).map(readFault);
  const ids = inputs.map(({ definition, script }) => mailgun.faults.add(definition, script));
  return ok({ ids });
}

/** Lets everything happen now, and answers once no webhook is on its way or after a while. */
async function settle(mailgun: Mailgun, call: Call): Promise<Reply> {
  const untilMs = Date.now() + Number(call.query.get('timeoutMs') ?? 60_000);
  do {
    mailgun.hurry();
    await sleep(5);
  } while (!mailgun.idle() && Date.now() < untilMs);
  return ok({ idle: mailgun.idle(), outstanding: mailgun.outstanding() });
}
