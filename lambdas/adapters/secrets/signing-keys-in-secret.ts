import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { PermanentError } from '../../core/errors';
import { objectOf, type JsonObject } from '../../core/json';
import { isPlaceholder } from '../../core/secrets';
import type { StoredSigningKeys } from '../../core/webhook/replace-signing-key';

/** `StoredSigningKeys` in the deployment's Secrets Manager secret. */
export class SigningKeysInSecret implements StoredSigningKeys {
  constructor(
    private readonly client: SecretsManagerClient,
    private readonly secretId: string,
  ) {}

  /** @throws {PermanentError} `malformed-secret`. */
  async read(): Promise<readonly string[]> {
    return keysIn(await this.stored());
  }

  /** @throws {PermanentError} `malformed-secret`: nothing is written over what nobody understands. */
  async write(keys: readonly string[], rotationUntilMs?: number): Promise<void> {
    const stored = await this.stored();
    keysIn(stored);
    const { signingKeyRotationUntil: _mark, ...rest } = stored;
    const value = {
      ...rest,
      webhookSigningKeys: keys,
      ...(rotationUntilMs !== undefined && {
        signingKeyRotationUntil: new Date(rotationUntilMs).toISOString(),
      }),
    };
    await this.client.send(
      new PutSecretValueCommand({ SecretId: this.secretId, SecretString: JSON.stringify(value) }),
    );
  }

  private async stored(): Promise<JsonObject> {
    const command = new GetSecretValueCommand({ SecretId: this.secretId });
    const { SecretString: text = '' } = await this.client.send(command);
    const value = objectOf(parsed(text));
    if (value === undefined) throw malformed('it is no JSON object');
    return value;
  }
}

function keysIn({ webhookSigningKeys: keys }: JsonObject): string[] {
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) {
    throw malformed('webhookSigningKeys is no list of texts');
  }
  return keys.filter((key) => !isPlaceholder(key));
}

/** The error of `JSON.parse` quotes the secret. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const malformed = (how: string) =>
  new PermanentError('malformed-secret', `the secret is malformed: ${how}`);
