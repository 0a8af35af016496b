/** A field of a form: a text, or a file. */
export type FormField = readonly [name: string, value: string | FormFile];

/** A part with a file name. */
export interface FormFile {
  readonly name: string;
  readonly size: number;
  readonly content: Buffer;
}

const CRLF = Buffer.from('\r\n');
const BLANK_LINE = Buffer.from('\r\n\r\n');

/**
 * Reads a `multipart/form-data` body.
 *
 * @returns fields in their order; `undefined` when it is malformed: no boundary, a part without a
 *   name or a blank line, or an end before the closing boundary. Never throws.
 * @see RFC 7578
 */
export function readParts(body: Buffer, contentType: string): readonly FormField[] | undefined {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined) return undefined;

  const opening = Buffer.from(`--${name}`);
  const delimiter = Buffer.from(`\r\n--${name}`);
  const fields: FormField[] = [];
  let at = body.indexOf(opening);
  if (at === -1) return undefined;

  at += opening.length;
  while (body.toString('latin1', at, at + 2) !== '--') {
    if (body.indexOf(CRLF, at) !== at) return undefined;
    const end = body.indexOf(delimiter, at);
    const field = end === -1 ? undefined : readPart(body.subarray(at + CRLF.length, end));
    if (field === undefined) return undefined;
    fields.push(field);
    at = end + delimiter.length;
  }
  return fields;
}

function readPart(part: Buffer): FormField | undefined {
  const headersEnd = part.indexOf(BLANK_LINE);
  if (headersEnd === -1) return undefined;

  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(
    part.toString('utf8', 0, headersEnd),
  )?.[1];
  if (disposition === undefined) return undefined;
  const name = parameterOf(disposition, 'name');
  if (name === undefined) return undefined;

  const content = part.subarray(headersEnd + BLANK_LINE.length);
  const fileName = parameterOf(disposition, 'filename');
  if (fileName === undefined) return [name, content.toString('utf8')];
  return [name, { name: fileName, size: content.length, content }];
}

/** Browsers and libraries write quotes and line breaks in names as percent codes. */
function parameterOf(disposition: string, parameter: string): string | undefined {
  const found = new RegExp(`(?:^|;)\\s*${parameter}=(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(
    disposition,
  );
  const text = found?.[1] ?? found?.[2];
  return text?.replace(/%22/g, '"').replace(/%0D/gi, '\r').replace(/%0A/gi, '\n');
}
