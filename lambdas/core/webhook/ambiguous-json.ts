/** Texts and punctuation; numbers and words hold neither. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/**
 * Whether two readers may find different things in a JSON text: one object names a key twice (the
 * first wins for some, the last for others), or a key is `__proto__` (data for some, an object's
 * parent for others). A key written with escapes is the key it stands for.
 *
 * @param json a text that `JSON.parse` took.
 */
export function isAmbiguous(json: string): boolean {
  const open: number[] = [];
  const keys = new Set<string>();
  let containers = 0;
  let text = '""';

  for (const [token] of json.matchAll(TOKENS)) {
    if (token === '{' || token === '[') {
      open.push((containers += 1));
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token !== ':') {
      text = token;
    } else {
      const key = JSON.parse(text) as string;
      const place = `${String(open.at(-1))} ${key}`;
      if (key === '__proto__' || keys.has(place)) return true;
      keys.add(place);
    }
  }
  return false;
}
