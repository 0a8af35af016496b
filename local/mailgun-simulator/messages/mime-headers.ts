import type { Form } from '../http/form';

/** Most that is read of a MIME message to find its headers. */
const MAX_HEADER_BYTES = 64 * 1024;

/** Headers of the MIME message that a form carries as a file, by lower-cased name; none without one. */
export function mimeHeaders(form: Form): ReadonlyMap<string, string> {
  const file = form.file('message');
  if (!file) return new Map();

  const start = file.content.toString('utf8', 0, MAX_HEADER_BYTES);
  const [block = ''] = start.split(/\r?\n\r?\n/, 1);
  const headers = new Map<string, string>();
  for (const line of block.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const header = /^([^\s:]+):\s*(.*)$/.exec(line);
    if (header?.[1] !== undefined) headers.set(header[1].toLowerCase(), header[2] ?? '');
  }
  return headers;
}
