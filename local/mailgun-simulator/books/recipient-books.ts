import { recipientOf } from '../messages/message';
import type { Mailgun } from '../mailgun';
import { emailsOf, namesOf } from './outcomes';

const LISTS = ['bounces', 'unsubscribes', 'complaints', 'whitelists'] as const;

/** Everything about one address: e-mails, what happened by batch, its events, its suppressions. */
export function recipientBooks(mailgun: Mailgun, email: string): object {
  const address = email.toLowerCase();
  const batches = [...mailgun.ledger.batches()].flatMap(({ batch, fates }) => {
    const fate = fates.get(address);
    return fate === undefined ? [] : [{ batch, emails: emailsOf(fate), happened: namesOf(fate) }];
  });
  const suppressions = mailgun.settings.domains.flatMap(({ name }) =>
    LISTS.filter((list) => mailgun.state(name).suppressions.find(list, address)).map((list) => ({
      domain: name,
      list,
    })),
  );
  return {
    email: address,
    emails: batches.reduce((sum, { emails }) => sum + emails, 0),
    batches,
    suppressions,
    events: eventsOf(mailgun, address),
  };
}

function eventsOf(mailgun: Mailgun, address: string): readonly object[] {
  const events: object[] = [];
  for (let sequence = 0; sequence < mailgun.log.length; sequence += 1) {
    const event = mailgun.log.at(sequence);
    if (event && recipientOf(event.message, event.index).address.toLowerCase() === address) {
      events.push(mailgun.writer.write(event));
    }
  }
  return events;
}
