import * as fc from 'fast-check';
import { AddressTable } from '../../../local/mailgun-simulator/books/address-table';
import { codeOf, codesOf, decoded } from '../../../local/mailgun-simulator/events/event-code';
import { NumberColumn } from '../../../local/mailgun-simulator/events/number-column';
import { RecipientList } from '../../../local/mailgun-simulator/messages/recipient-list';
import type { Message } from '../../../local/mailgun-simulator/messages/message';
import { HAPPENINGS } from '../../../local/mailgun-simulator/model/happenings';

// The simulator keeps numbers and bytes where objects would do: these must say the same.

it('a list of recipients gives back what went in, and finds everyone whatever the case', () => {
  const mailbox = fc.record({
    name: fc.string({ unit: 'grapheme' }),
    address: fc.string({ unit: 'grapheme' }),
    first: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(mailbox, { selector: ({ address }) => address.toLowerCase() }),
      (people) => {
        const list = new RecipientList(people, (each) => {
          const first = people.find(({ address }) => address === each.address)?.first;
          return first === undefined ? undefined : { first };
        });

        expect(list.length).toBe(people.length);
        for (const [index, { name, address, first }] of people.entries()) {
          expect(list.at(index)).toEqual({ name, address });
          expect(list.values(index)).toEqual(first === undefined ? undefined : { first });
          expect(list.indexOf(address)).toBe(index);
          expect(list.indexOf(address.toLowerCase())).toBe(index);
        }
        expect(list.at(people.length)).toEqual({ name: '', address: '' });
        expect(list.indexOf('nobody@elsewhere.example, not in any list')).toBe(-1);
      },
    ),
  );
});

it('a table of addresses knows what a map knows', () => {
  const entries = fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.integer({ min: 1 })));
  fc.assert(
    fc.property(entries, (puts) => {
      const map = new Map(puts);
      const table = new AddressTable();
      for (const [address, value] of puts) table.set(address, value);

      expect(table.size).toBe(map.size);
      for (const [address, value] of map) expect(table.get(address)).toBe(value);
      expect(table.get('not in there')).toBe(0);
    }),
  );
});

it('a table of a hundred thousand addresses tells them all apart', () => {
  const table = new AddressTable();
  const addressOf = (index: number) => `ada.lovelace.${String(index)}@example.com`;
  for (let index = 0; index < 100_000; index += 1) table.set(addressOf(index), index + 1);

  expect(table.size).toBe(100_000);
  for (let index = 0; index < 100_000; index += 997) {
    expect(table.get(addressOf(index))).toBe(index + 1);
  }
});

const event = fc.record({
  message: fc.nat(2 ** 31).map((number) => ({ number }) as Message),
  index: fc.nat(999),
  happening: fc.constantFrom(...HAPPENINGS),
  occurrence: fc.integer({ min: 1, max: 63 }),
});

it('the code of an event says what the event said', () => {
  fc.assert(
    fc.property(event, ({ message, ...rest }) => {
      const code = codeOf({ message, ...rest });
      const [from, to] = codesOf(message.number, rest.index);

      expect(Number.isSafeInteger(code)).toBe(true);
      expect(decoded(code)).toEqual({ number: message.number, ...rest });
      expect(code >= from && code < to).toBe(true);
    }),
  );
});

it('an event that has no code is not given that of another', () => {
  const base = { message: { number: 0 } as Message, happening: 'opened', occurrence: 1 } as const;

  expect(() => codeOf({ ...base, index: 1024 })).toThrow('no code');
  expect(() => codeOf({ ...base, index: 0, occurrence: 64 })).toThrow('no code');
  expect(() => codeOf({ ...base, index: 0, message: { number: -1 } as Message })).toThrow();
});

it('a column of numbers grows over its parts and knows its ends', () => {
  const column = new NumberColumn();
  for (let value = 0; value < 20_000; value += 1) column.push(value / 3);

  expect(column.length).toBe(20_000);
  for (const index of [0, 8191, 8192, 19_999]) expect(column.at(index)).toBe(index / 3);
  expect([column.at(-1), column.at(20_000)]).toEqual([undefined, undefined]);
  column.clear();
  expect([column.length, column.at(0)]).toEqual([0, undefined]);
});
