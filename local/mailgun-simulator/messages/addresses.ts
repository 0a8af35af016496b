/** One mailbox as it stands in a header. */
export interface Mailbox {
  /** Display name without quotes; empty where there is none. */
  readonly name: string;
  /** Addr-spec as it was given. */
  readonly address: string;
}

const ATOM = /^[^\s"(),:;<>@[\\\]\p{Cc}]+$/u;
const QUOTED = /^"(?:[^"\\\r\n]|\\.)*"$/;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?$/u;

/**
 * Reads a list of mailboxes separated by commas, as in `"Doe, Ada" <ada@example.com>, bob@example.com`.
 *
 * @returns `undefined` when one of them is not an address; Mailgun then refuses the whole call.
 */
export function readMailboxes(text: string): readonly Mailbox[] | undefined {
  const mailboxes: Mailbox[] = [];
  for (const part of splitAtCommas(text)) {
    const mailbox = readMailbox(part);
    if (mailbox === undefined) return undefined;
    mailboxes.push(mailbox);
  }
  return mailboxes;
}

function readMailbox(text: string): Mailbox | undefined {
  if (/[\r\n]/.test(text)) return undefined;

  const named = /^(.*?)<([^<>]*)>$/s.exec(text.trim());
  const address = (named?.[2] ?? text).trim();
  const name = (named?.[1] ?? '').trim();
  if (/[<>]/.test(name.replace(/"(?:[^"\\]|\\.)*"/g, ''))) return undefined;

  return isAddress(address) ? { name: unquoted(name), address } : undefined;
}

function isAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  const localPart = address.slice(0, at);
  if (at < 1 || address.length > 512) return false;
  if (!QUOTED.test(localPart) && !isDotAtom(localPart)) return false;

  const labels = address.slice(at + 1).split('.');
  return labels.length > 1 && labels.every((label) => LABEL.test(label));
}

function isDotAtom(localPart: string): boolean {
  return localPart.split('.').every((atom) => ATOM.test(atom));
}

function unquoted(name: string): string {
  return QUOTED.test(name) ? name.slice(1, -1).replace(/\\(.)/g, '$1') : name;
}

function splitAtCommas(text: string): readonly string[] {
  if (!text.includes(',')) return [text];

  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '\\' && quoted) {
      part += character + text.charAt((index += 1));
      continue;
    }
    if (character === '"') quoted = !quoted;
    if (character === ',' && !quoted) {
      parts.push(part);
      part = '';
    } else {
      part += character;
    }
  }
  return [...parts, part].filter((each) => each.trim() !== '');
}
