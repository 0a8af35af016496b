const WORDS = 3;
const FIRST_CAPACITY = 16;

/**
 * A number above 0 for each of many addresses, without the addresses: a slot has 64 bits of hash
 * and 32 of value. Of a hundred thousand addresses, two fall together once in billions of runs.
 */
export class AddressTable {
  private slots = new Uint32Array(FIRST_CAPACITY * WORDS);
  private used = 0;

  /** How many addresses have a number. */
  get size(): number {
    return this.used;
  }

  /** The number of an address; 0 where it has none. */
  get(address: string): number {
    const [high, low] = hashesOf(address);
    return this.slots[this.slotOf(high, low) + 2] ?? 0;
  }

  /** @param value 1 to 2³² − 1. */
  set(address: string, value: number): void {
    const [high, low] = hashesOf(address);
    if (this.put(high, low, value)) this.used += 1;
    if (this.used * WORDS * 3 > this.slots.length * 2) this.grow();
  }

  /** @returns whether the slot was free. */
  private put(high: number, low: number, value: number): boolean {
    const slot = this.slotOf(high, low);
    const free = this.slots[slot + 2] === 0;
    this.slots[slot] = high;
    this.slots[slot + 1] = low;
    this.slots[slot + 2] = value;
    return free;
  }

  /** Where the hash is, or where it would be. */
  private slotOf(high: number, low: number): number {
    const { slots } = this;
    const capacity = slots.length / WORDS;
    for (let at = high % capacity; ; at = (at + 1) % capacity) {
      const slot = at * WORDS;
      if (slots[slot + 2] === 0 || (slots[slot] === high && slots[slot + 1] === low)) return slot;
    }
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(old.length * 2);
    for (let slot = 0; slot < old.length; slot += WORDS) {
      const [high = 0, low = 0, value = 0] = old.subarray(slot, slot + WORDS);
      if (value !== 0) this.put(high, low, value);
    }
  }
}

/** Two unrelated 32-bit hashes, after cyrb53. */
function hashesOf(text: string): readonly [high: number, low: number] {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return [high >>> 0, low >>> 0];
}
