import { normaliseAddress } from '../core/recipient/address';
import { recipientDigest } from '../core/recipient/recipient-digest';
import { mailDomainOf } from '../core/suppression/allowlist';
import type { ListedAddress } from '../core/suppression/provider-lists';
import type { SuppressionReason } from '../core/suppression/suppression';
import {
  groundsAgainst,
  withListed,
  type Shown,
  type Sighting,
} from '../core/suppression/suppression-record';
import type { RecordChange } from '../core/suppression/suppression-records';

/** What turns addresses into records. */
export interface TakingOver {
  readonly pepper: string;
  /** Beginning of the sync. */
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** Hexadecimal digests of addresses and domains that no bounce is added for. */
  readonly allowed: ReadonlySet<string>;
}

/**
 * What a part of a list changes: one change a recipient, however many entries are theirs.
 *
 * @returns with how many entries name an address nobody here can mail.
 */
export function changesFor(
  reason: SuppressionReason,
  entries: readonly ListedAddress[],
  taking: TakingOver,
): { readonly changes: readonly RecordChange[]; readonly unmailable: number } {
  const recipients = new Map<string, { allowed: boolean; sightings: Sighting[] }>();
  let unmailable = 0;
  for (const entry of entries) {
    const address = normaliseAddress(entry.address);
    if (address === undefined) {
      unmailable += 1;
      continue;
    }
    const digest = hexDigest(taking.pepper, address);
    const known = recipients.get(digest);
    const sighting = sightingOf(reason, entry, taking);
    if (known !== undefined) known.sightings.push(sighting);
    else {
      const mailDomain = hexDigest(taking.pepper, mailDomainOf(address));
      const allowed =
        reason === 'bounce' && (taking.allowed.has(digest) || taking.allowed.has(mailDomain));
      recipients.set(digest, { allowed, sightings: [sighting] });
    }
  }
  const changes = [...recipients].map(([digest, { allowed, sightings }]) => ({
    recipient: Buffer.from(digest, 'hex'),
    decide: deciding(sightings, allowed),
  }));
  return { changes, unmailable };
}

/** Digests of what a part of the allowlist names: addresses, and domains without one. */
export function allowlistDigests(values: readonly string[], pepper: string): readonly Buffer[] {
  return values.flatMap((value) => {
    const isAddress = value.includes('@');
    const address = normaliseAddress(isAddress ? value : `any@${value.trim()}`);
    if (address === undefined) return [];
    return [recipientDigest(pepper, isAddress ? address : mailDomainOf(address))];
  });
}

function deciding(sightings: readonly Sighting[], allowed: boolean): RecordChange['decide'] {
  return (record) => {
    // The allowlist keeps an address from being added. What is there already is seen as ever.
    const isThere = groundsAgainst(record).some(({ reason }) => reason === 'bounce');
    if (allowed && !isThere) return undefined;
    return sightings.reduce(withListed, record);
  };
}

function sightingOf(
  reason: SuppressionReason,
  { createdAtMs, tags }: ListedAddress,
  { startedAtMs, nowMs }: TakingOver,
): Sighting {
  const shown: readonly Shown[] = tags?.map((tag) => ({ reason, tag })) ?? [{ reason }];
  // What lies ahead could never be removed: a removal holds for what was before.
  const createdMs = createdAtMs === undefined ? undefined : Math.min(createdAtMs, nowMs);
  return { shown, createdAtMs: createdMs, startedAtMs };
}

const hexDigest = (pepper: string, text: string): string =>
  recipientDigest(pepper, text).toString('hex');
