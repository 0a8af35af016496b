const LOCAL_PART = /^[a-z0-9!#$&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$&'*+/=?^_`{|}~-]+)*$/i;
const DOMAIN_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const ONLY_DIGITS = /^\d+$/;

/**
 * The one form under which an address is compared, digested and sent: trimmed, lower-cased,
 * with an internationalised domain in its ASCII form.
 *
 * Local parts are compared without case, as every large mailbox provider does. Plus tags are
 * kept: `ada+news@…` and `ada@…` may be two people.
 *
 * @returns the normalised addr-spec, or `undefined` when it is not an address that Mailgun is
 *   certain to take. Deliberately narrower than RFC 5321: Mailgun refuses a whole call of 1,000
 *   for one address it can't parse, so quoted local parts, address literals and non-ASCII local
 *   parts are left out, and `%`, which Mailgun reads as the start of a placeholder. Never throws.
 */
export function normaliseAddress(text: string): string | undefined {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1 || trimmed.length > 320) return undefined;

  // Tested before it is lower-cased, which would turn a Kelvin sign into somebody else's `k`.
  const localPart = trimmed.slice(0, at);
  const domain = asciiDomain(trimmed.slice(at + 1));
  if (domain === undefined || localPart.length > 64 || !LOCAL_PART.test(localPart)) {
    return undefined;
  }

  const address = `${localPart.toLowerCase()}@${domain}`;
  return address.length <= 254 ? address : undefined;
}

function asciiDomain(text: string): string | undefined {
  const ascii = /^[\x20-\x7e]*$/.test(text) ? text.toLowerCase() : punycode(text);
  if (ascii === undefined || ascii.length > 253) return undefined;

  const labels = ascii.split('.');
  const topLevel = labels.at(-1);
  if (labels.length < 2 || topLevel === undefined || ONLY_DIGITS.test(topLevel)) return undefined;

  return labels.every((label) => DOMAIN_LABEL.test(label)) ? ascii : undefined;
}

function punycode(domain: string): string | undefined {
  // Characters that end a host would let the rest of the text vanish inside the URL parser.
  if (/[\s/?#\\:@%[\]]/.test(domain)) return undefined;

  return URL.parse(`http://${domain}`)?.hostname;
}
