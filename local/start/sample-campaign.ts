import { createHash } from 'node:crypto';
import type { CampaignDescription } from '../../client/form-batches';
import type { Recipient } from '../../client/send-request';
import { FAMILY_NAMES, GIVEN_NAMES, MAIL_DOMAINS, NO_ADDRESSES } from './sample-names';

/** Mailgun domain of the local deployment. */
export const SAMPLE_DOMAIN = 'mg.example.com';

/** Part a recipient of the sample plays. */
export type SampleRole =
  | 'ordinary'
  /** Its address is none. */
  | 'invalid'
  /** Its address stands right before it, in other letters. */
  | 'duplicate'
  /** Left or bounced before; the mailer knows, and so does Mailgun. */
  | 'suppressed'
  /** Left or bounced before the mailer was there; only Mailgun knows. */
  | 'suppressedAtMailgun';

/** Why somebody of the sample must not be mailed. */
export type SampleReason = 'bounced' | 'complained' | 'unsubscribed';

/** One recipient of the sample with the part it plays. */
export interface SampleRecipient {
  readonly role: SampleRole;
  readonly recipient: Recipient;
  /** Set for the suppressed. */
  readonly reason: SampleReason | undefined;
}

/** How many recipients play each part. */
export type SampleCounts = Readonly<Record<SampleRole, number>>;

/** The campaign that `npm start` sends. */
export function sampleDescription(recipients: number): CampaignDescription {
  return {
    accountId: 'acme',
    campaignId: 'spring-sale',
    domain: SAMPLE_DOMAIN,
    campaign: { name: 'Spring sale', expectedRecipients: recipients },
    message: {
      from: `Acme Garden <news@${SAMPLE_DOMAIN}>`,
      replyTo: 'Acme Garden <hello@example.com>',
      subject: '%recipient.first%, spring is here',
      text: `Dear %recipient.first%,\n\n${TEXT}\n\nUnsubscribe: %unsubscribe_url%\n`,
      html: `<p>Dear %recipient.first%,</p><p>${TEXT}</p><p><a href="https://shop.example.com/spring?v=%recipient.voucher%">To the garden</a></p><p><a href="%unsubscribe_url%">Unsubscribe</a></p>`,
      tags: ['spring'],
      tracking: { opens: true, clicks: true },
      unsubscribe: 'mailgun',
    },
  };
}

const TEXT =
  'the bulbs are in, the greenhouse is open, and your voucher %recipient.voucher% is good for a tenth off until the end of May.';

// Every hundred recipients hold at most one of special part; the first of a batch never does, so
// that a duplicate and its original are in the same batch.
const ROLES: readonly SampleRole[] = [
  'invalid',
  'suppressed',
  'duplicate',
  'suppressed',
  'suppressedAtMailgun',
];

const REASONS: readonly SampleReason[] = ['unsubscribed', 'bounced', 'complained'];

/**
 * The people of the sample, one at a time: the same for the same seed, and the first thousand of
 * ten thousand are those of one thousand.
 */
export function* sampleRecipients(seed: number, count: number): Generator<SampleRecipient> {
  for (let index = 0; index < count; index += 1) yield sampleRecipient(seed, index);
}

/** Counts the parts without keeping anybody. */
export function sampleCounts(seed: number, count: number): SampleCounts {
  const counts: Record<SampleRole, number> = {
    ...{ ordinary: 0, invalid: 0, duplicate: 0, suppressed: 0, suppressedAtMailgun: 0 },
  };
  for (let index = 0; index < count; index += 1) counts[roleOf(seed, index)] += 1;
  return counts;
}

function sampleRecipient(seed: number, index: number): SampleRecipient {
  const role = roleOf(seed, index);
  const number = Math.floor(index / 100);
  const reason = role.startsWith('suppressed') ? REASONS[number % REASONS.length] : undefined;
  if (role === 'duplicate') {
    const original = person(seed, index - 1);
    const email = ` ${original.email.toUpperCase()} `;
    return { role, recipient: { ...original, email, ref: refOf(index) }, reason };
  }
  const recipient = person(seed, index);
  if (role !== 'invalid') return { role, recipient, reason };

  const pattern = NO_ADDRESSES[number % NO_ADDRESSES.length] ?? '{}';
  return { role, recipient: { ...recipient, email: pattern.replace('{}', refOf(index)) }, reason };
}

function roleOf(seed: number, index: number): SampleRole {
  const hundred = Math.floor(index / 100);
  const slot = 1 + (numberOf(seed, `slot ${hundred}`) % 99);
  return index % 100 === slot ? (ROLES[hundred % ROLES.length] ?? 'ordinary') : 'ordinary';
}

function person(seed: number, index: number): Recipient {
  const draw = numberOf(seed, `person ${index}`);
  const first = GIVEN_NAMES[draw % GIVEN_NAMES.length] ?? '';
  const last = FAMILY_NAMES[(draw >>> 8) % FAMILY_NAMES.length] ?? '';
  const domain = MAIL_DOMAINS[(draw >>> 16) % MAIL_DOMAINS.length] ?? '';
  return {
    email: `${asciiOf(first)}.${asciiOf(last)}.${index}@${domain}`,
    name: `${first} ${last}`,
    ref: refOf(index),
    variables: { first, voucher: `SPRING-${(draw % 46_656).toString(36).toUpperCase()}` },
  };
}

const refOf = (index: number): string => `crm-${String(index + 1).padStart(6, '0')}`;

const asciiOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[øØ]/g, 'o')
    .replace(/[łŁ]/g, 'l')
    .replace(/ı/g, 'i')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();

function numberOf(seed: number, what: string): number {
  return createHash('sha256').update(`${seed} ${what}`).digest().readUInt32BE(0);
}
