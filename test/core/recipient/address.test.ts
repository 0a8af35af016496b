import { normaliseAddress } from '../../../lambdas/core/recipient/address';

it.each([
  ['Ada@Example.COM', 'ada@example.com'],
  ['  ada@example.com\t', 'ada@example.com'],
  ['ada+news@example.com', 'ada+news@example.com'],
  ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ['ADA@BÜCHER.example', 'ada@xn--bcher-kva.example'],
  ["o'brien@example.com", "o'brien@example.com"],
  [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
])('brings %s to its one form', (text, address) => {
  expect(normaliseAddress(text)).toBe(address);
});

it.each([
  ['nothing', ''],
  ['no at sign', 'ada.example.com'],
  ['no local part', '@example.com'],
  ['no domain', 'ada@'],
  ['a domain of one label', 'ada@localhost'],
  ['a display name', 'Ada <ada@example.com>'],
  ['two addresses', 'ada@example.com, bob@example.com'],
  ['two at signs', 'ada@bob@example.com'],
  ['a line break', 'ada@example.com\nbcc: bob@example.com'],
  ['a line break in the local part', 'a\nb@example.com'],
  ['a placeholder', '%recipient.x%@example.com '],
  ['a leading dot', '.ada@example.com'],
  ['two dots', 'a..da@example.com'],
  ['a quoted local part', '"ada lovelace"@example.com'],
  ['a non-ASCII local part', 'ädä@example.com'],
  ['a sign that lower-cases to a letter', '\u212Aate@example.com'],
  ['an address literal', 'ada@[192.0.2.1]'],
  ['an IPv4 address as domain', 'ada@192.0.2.1'],
  ['a label that starts with a hyphen', 'ada@-example.com'],
  ['an empty label', 'ada@example..com'],
  ['a trailing dot', 'ada@example.com.'],
  ['a path behind the domain', 'ada@bücher.example/x'],
  ['a port behind the domain', 'ada@bücher.example:25'],
  [
    '255 characters in all',
    `${'a'.repeat(64)}@${'b'.repeat(62)}.${'c'.repeat(62)}.${'d'.repeat(60)}.com`,
  ],
  ['a local part of 65', `${'a'.repeat(65)}@example.com`],
  ['more than 254 characters', `ada@${'a.'.repeat(125)}example.com`],
])('does not take %s for an address', (_what, text) => {
  expect(normaliseAddress(text)).toBeUndefined();
});
