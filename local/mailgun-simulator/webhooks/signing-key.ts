import { randomBytes } from 'node:crypto';

/** The account's HTTP webhook signing key. There is one at a time. */
export class SigningKey {
  constructor(private key: string) {}

  /** The key that webhooks are signed with. */
  get current(): string {
    return this.key;
  }

  /** Makes a new key, which is in use at once; what was signed before stays as it is. */
  replace(): string {
    this.key = randomBytes(16).toString('hex');
    return this.key;
  }
}
