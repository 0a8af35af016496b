import { refusal, type Call } from './call';
import { readParts, type FormField, type FormFile } from './multipart';

/** A submitted form: fields in the order they came, files among them. */
export class Form {
  constructor(readonly fields: readonly FormField[]) {}

  /** First text under a name, or `undefined`. */
  text(name: string): string | undefined {
    return this.texts(name)[0];
  }

  /** Every text under a name. */
  texts(name: string): readonly string[] {
    const texts: string[] = [];
    for (const [key, value] of this.fields) {
      if (key === name && typeof value === 'string') texts.push(value);
    }
    return texts;
  }

  /** First file under a name, or `undefined` where there is none or it is an ordinary field. */
  file(name: string): FormFile | undefined {
    const found = this.fields.find(([key, value]) => key === name && typeof value !== 'string');
    return typeof found?.[1] === 'object' ? found[1] : undefined;
  }

  has(name: string): boolean {
    return this.fields.some(([key]) => key === name);
  }

  /** Texts whose name begins with a prefix, by the rest of the name. A later one replaces an earlier. */
  prefixed(prefix: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const [key, value] of this.fields) {
      if (key.startsWith(prefix) && typeof value === 'string') {
        found.set(key.slice(prefix.length), value);
      }
    }
    return found;
  }
}

/**
 * Reads the body of a call that sends mail: `multipart/form-data` and nothing else.
 *
 * @throws {Refusal} with Mailgun's text for another content type or a body that is not one.
 */
export function readMultipart(call: Call): Form {
  const contentType = call.headers['content-type'] ?? '';
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (mediaType !== 'multipart/form-data') {
    throw refusal(
      400,
      `Invalid request content type. Expecting 'multipart/form-data' but got '${mediaType}'`,
    );
  }
  return parseMultipart(call, contentType);
}

/** Reads the body of any other call: multipart, URL-encoded, or nothing. */
export function readForm(call: Call): Form {
  const contentType = call.headers['content-type'] ?? '';
  if (contentType.toLowerCase().startsWith('multipart/form-data')) {
    return parseMultipart(call, contentType);
  }
  const text = call.body.toString('utf8');
  if (/%(?![0-9a-f]{2})/i.test(text)) {
    throw refusal(400, 'unable to parse request: invalid URL escape');
  }
  return new Form([...new URLSearchParams(text)]);
}

function parseMultipart(call: Call, contentType: string): Form {
  if (call.body.length === 0) throw refusal(400, 'unable to parse request: unexpected EOF');

  const parts = readParts(call.body, contentType);
  if (!parts) throw refusal(400, 'malformed multipart/form-data request');
  return new Form(parts);
}

/**
 * Reads a JSON body.
 *
 * @throws {Refusal} 400 for a body that is not JSON.
 */
export function readJson(call: Call): unknown {
  try {
    return JSON.parse(call.body.toString('utf8'));
  } catch {
    throw refusal(400, 'unable to parse request: invalid JSON');
  }
}
