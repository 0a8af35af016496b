import type { Mailgun } from '../mailgun';
import { emailsOf, namesOf, NO_FATE } from './outcomes';

const LISTS = ['bounces', 'unsubscribes', 'complaints', 'whitelists'] as const;

/** Everything about one address: e-mails, what happened by batch, its events, its suppressions. */
export function recipientBooks(mailgun: Mailgun, email: string): object {
  const address = email.toLowerCase();
  const batches = [...mailgun.ledger.batches()].flatMap((ledger) => {
    const fate = ledger.fateOf(address);
    const { batch } = ledger;
    return fate === NO_FATE ? [] : [{ batch, emails: emailsOf(fate), happened: namesOf(fate) }];
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
  const places = mailgun.flow.messages
    .map(({ number, recipients }) => ({ number, index: recipients.indexOf(address) }))
    .filter(({ index }) => index !== -1);
  return places
    .flatMap(({ number, index }) => mailgun.log.of(number, index))
    .sort((one, other) => one.sequence - other.sequence)
    .map((event) => mailgun.writer.write(event));
}
