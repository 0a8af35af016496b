import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { objectOf, textOf, type JsonObject } from '../../lambdas/core/json';
import { SetupError } from './setup-error';

/** Keys that are to be in the secret. */
export interface NewKeys {
  readonly apiKey: string;
  /** Whom the API key serves: a domain, or `default`. */
  readonly keyName: string;
  /** `undefined` where it stays what it is. */
  readonly signingKey: string | undefined;
}

/** What a deployment puts into a new secret. */
const PLACEHOLDER = 'replace-me';

/** The current signing key and the one before: what a rotation needs. */
const MAX_SIGNING_KEYS = 2;

/**
 * Puts keys into the value of a secret. Every other field, known or not, stays as it is: the
 * recipients' pepper above all.
 */
export function withKeys(value: JsonObject, { apiKey, keyName, signingKey }: NewKeys): JsonObject {
  const apiKeys = Object.entries({ ...objectOf(value['apiKeys']), [keyName]: apiKey }).filter(
    ([name, key]) => key !== PLACEHOLDER || name === 'default',
  );
  const { webhookSigningKeys: keys } = value;
  const stored: readonly unknown[] = Array.isArray(keys) ? keys : [];
  const before = stored.filter((key) => key !== PLACEHOLDER && key !== signingKey);
  return {
    ...value,
    apiKeys: Object.fromEntries(apiKeys),
    ...(signingKey !== undefined && {
      webhookSigningKeys: [signingKey, ...before].slice(0, MAX_SIGNING_KEYS),
    }),
  };
}

/** Whether the value already has a signing key that somebody put there. */
export function hasSigningKey({ webhookSigningKeys: keys }: JsonObject): boolean {
  return (
    Array.isArray(keys) && keys.some((key) => textOf(key) !== undefined && key !== PLACEHOLDER)
  );
}

/** The secret of a deployment. Its value is read and written whole: never a half of it is stored. */
export class StoredSecret {
  constructor(
    private readonly client: SecretsManagerClient,
    private readonly secretId: string,
  ) {}

  /** @throws {SetupError} when it can't be read, or is not what a deployment makes. */
  async read(): Promise<JsonObject> {
    const { SecretString: text = '' } = await this.client
      .send(new GetSecretValueCommand({ SecretId: this.secretId }))
      .catch((error: unknown) => {
        throw new SetupError(`the secret could not be read: ${nameOf(error)}`);
      });
    const value = parsed(text);
    if (textOf(value?.['recipientPepper']) === undefined) {
      throw new SetupError(
        'the secret is not one of a deployment: expected a JSON object with a recipientPepper. ' +
          'Nothing was written: a new pepper would orphan every stored digest',
      );
    }
    return value ?? {};
  }

  /** @returns whether anything changed. @throws {SetupError} when it could not be written. */
  async write(before: JsonObject, value: JsonObject): Promise<boolean> {
    const SecretString = JSON.stringify(value);
    if (SecretString === JSON.stringify(before)) return false;
    await this.client
      .send(new PutSecretValueCommand({ SecretId: this.secretId, SecretString }))
      .catch((error: unknown) => {
        throw new SetupError(`the secret could not be written: ${nameOf(error)}`);
      });
    return true;
  }
}

function parsed(text: string): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    // The syntax error quotes the secret.
    return undefined;
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
