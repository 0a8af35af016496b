/** A repeatable stream of numbers in [0, 1). */
export type Chance = () => number;

/** A 32-bit hash of a text; equal texts give equal numbers on every machine. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mixed(hash);
}

/** Begins the stream that belongs to a text; the same text always begins the same stream. */
export function chanceOf(text: string): Chance {
  let state = hashOf(text);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return mixed(state) / 0x1_0000_0000;
  };
}

/** A waiting time drawn from an exponential distribution, cut off at a maximum. */
export function exponential(chance: Chance, mean: number, maximum: number): number {
  return Math.min(-Math.log(1 - chance()) * mean, maximum);
}

/** One of some choices, each as likely as the others. */
export function oneOf<T>(chance: Chance, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(chance() * choices.length)] ?? choices[0];
}

// The finaliser of MurmurHash3: neighbouring inputs give unrelated outputs.
function mixed(number: number): number {
  let hash = number ^ (number >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
