import { readMailboxes } from '../../../local/mailgun-simulator/messages/addresses';
import { substitute } from '../../../local/mailgun-simulator/messages/substitution';

const ADA = { name: 'Ada King Lovelace', address: 'ada@example.com' };

it.each([
  ['%recipient.first%', 'Ada'],
  ['%recipient.n%, %recipient.n%', '7, 7'],
  ['%recipient.missing%', '%recipient.missing%'],
  ['%recipient.constructor%', '%recipient.constructor%'],
  ['%recipient.first', '%recipient.first'],
  ['%recipient%', 'Ada King Lovelace <ada@example.com>'],
  ['%recipient_email%', 'ada@example.com'],
  ['%recipient_name%', 'Ada King Lovelace'],
  ['%recipient_fname%|%recipient_lname%', 'Ada|King Lovelace'],
  ['100 %', '100 %'],
])('fills %s as %s', (text, expected) => {
  expect(substitute(text, ADA, { first: 'Ada', n: 7 })).toBe(expected);
});

it.each([
  ['ada@example.com', [{ name: '', address: 'ada@example.com' }]],
  ['Ada <ada@example.com>', [{ name: 'Ada', address: 'ada@example.com' }]],
  ['"King, Ada" <ada@example.com>', [{ name: 'King, Ada', address: 'ada@example.com' }]],
  [
    'a@example.com, "B \\"b\\", b" <b@example.com> ,c@example.com',
    [
      { name: '', address: 'a@example.com' },
      { name: 'B "b", b', address: 'b@example.com' },
      { name: '', address: 'c@example.com' },
    ],
  ],
])('reads the mailboxes of %s', (text, mailboxes) => {
  expect(readMailboxes(text)).toEqual(mailboxes);
});

it.each([
  'ada',
  'ada@',
  '@example.com',
  'ada@localhost',
  'ada@@example.com',
  'a da@example.com',
  '.ada@example.com',
  'ada@example..com',
  'ada@-example.com',
  'Ada <ada@example.com',
  'Ada <ada@example.com> <bob@example.com>',
  'a@example.com, b',
  'ada@example.com\nBcc: bob@example.com',
])('finds no mailboxes in %j', (text) => {
  expect(readMailboxes(text)).toBeUndefined();
});
