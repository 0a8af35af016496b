import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';

/** Secrets Manager with one secret, whose calls are counted. */
export function aSimulatedSecret(webhookSigningKeys: readonly string[]) {
  let stored = JSON.stringify({
    apiKeys: { default: 'api-key' },
    webhookSigningKeys,
    recipientPepper: 'a-pepper-of-some-length',
  });
  const manager = mockClient(SecretsManagerClient);
  manager.on(GetSecretValueCommand).callsFake(() => ({ SecretString: stored }));
  manager.on(PutSecretValueCommand).callsFake(({ SecretString }: { SecretString: string }) => {
    stored = SecretString;
  });
  return {
    client: new SecretsManagerClient({}),
    secretId: 'mailer',
    reads: () => manager.commandCalls(GetSecretValueCommand).length,
  };
}
