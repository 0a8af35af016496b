import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Makes a place in one of Mailgun's lists fit to be kept: its links name the address they go on behind.
 *
 * The same place is sealed the same way, so that a repeated step is the same step.
 *
 * @param pepper the deployment's secret.
 * @returns AES-256-GCM under a key derived from the pepper, as base64url.
 */
export function sealPlace(pepper: string, place: string): string {
  const key = keyFrom(pepper);
  const iv = createHmac('sha256', key).update(place).digest().subarray(0, IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = Buffer.concat([cipher.update(place, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** @returns the place, or `undefined` for what this deployment did not seal. Never throws. */
export function unsealPlace(pepper: string, text: string): string | undefined {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;

  const decipher = createDecipheriv('aes-256-gcm', keyFrom(pepper), bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    const place = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
    return Buffer.concat([place, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

const keyFrom = (pepper: string): Buffer =>
  createHmac('sha256', pepper).update('place in a suppression list').digest();
