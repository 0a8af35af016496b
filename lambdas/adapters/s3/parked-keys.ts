import type { ParkedKey, ParkedScope } from '../../core/batch/parked-batches';

/** What begins the key of every parked payload. */
const PREFIX = 'parked/';

const ID = '[A-Za-z0-9_-]{1,64}';
const KEY = new RegExp(
  `^${PREFIX}(?<accountId>${ID})/(?<campaignId>${ID})/(?<batchId>${ID})/` +
    '(?<domain>[A-Za-z0-9][A-Za-z0-9.-]{0,252})/(?<messageId>[A-Za-z0-9_-]{1,128})$',
);

/**
 * Names the object of a parked payload.
 *
 * @throws {Error} for a key no batch can have: another part would be taken for it when it is read.
 */
export function writeParkedKey(key: ParkedKey): string {
  const { accountId, campaignId, batchId, domain, messageId } = key;
  const written = `${PREFIX}${[accountId, campaignId, batchId, domain, messageId].join('/')}`;
  if (!KEY.test(written)) throw new Error('the key of a parked payload has parts of a wrong form');
  return written;
}

/** @returns `undefined` for the name of anything else. */
export function readParkedKey(objectKey: string): ParkedKey | undefined {
  // The groups are the members of the type, and each takes part in every match.
  return KEY.exec(objectKey)?.groups as ParkedKey | undefined;
}

/** What begins the keys of every payload of a scope, and perhaps of others. */
export function prefixOf(scope: ParkedScope): string {
  switch (scope.scope) {
    case 'campaign':
      return `${PREFIX}${scope.accountId}/${scope.campaignId}/`;
    case 'account':
      return `${PREFIX}${scope.accountId}/`;
    case 'domain':
    case 'all':
      return PREFIX;
  }
}

/** Whether a payload is of a scope whose prefix its key has. */
export function isWithin(scope: ParkedScope, key: ParkedKey): boolean {
  return scope.scope !== 'domain' || scope.domain === key.domain;
}
