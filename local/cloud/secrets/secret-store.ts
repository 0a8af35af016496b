import { randomUUID } from 'node:crypto';
import { answerJson, readBody, type RequestHandler } from '../http/http-listener';
import { callerOf, type OperationCounters } from '../operations/operation-counters';
import type { SecretPlan } from '../template/blueprint';

interface StoredSecret {
  readonly plan: SecretPlan;
  /** The newest first: `AWSCURRENT`, then `AWSPREVIOUS`. */
  readonly versions: { readonly id: string; readonly value: string; readonly at: number }[];
}

type Answer = { readonly status: number; readonly body: object };

/** Secrets Manager with three actions: GetSecretValue, PutSecretValue, DescribeSecret. */
export function createSecretStore(
  plans: readonly SecretPlan[],
  counters: OperationCounters,
): RequestHandler {
  const secrets = plans.map((plan): StoredSecret => ({
    plan,
    versions: [newVersion(plan.value, undefined)],
  }));

  return async (request, response) => {
    const body = (await readBody(request))?.toString() ?? '';
    const action = String(request.headers['x-amz-target'] ?? '').replace(/^secretsmanager\./, '');
    const caller = callerOf(request.headers.authorization);
    counters.add(caller, action === 'GetSecretValue' ? 'secrets.GetSecretValue' : 'secrets.other');
    const answer = perform(action, parse(body), secrets);
    answerJson(response, answer.status, answer.body);
  };
}

function perform(
  action: string,
  parameters: Record<string, unknown>,
  secrets: readonly StoredSecret[],
): Answer {
  const id = parameters['SecretId'];
  const secret = secrets.find(
    ({ plan }) => plan.arn === id || plan.name === id || plan.arn === `${String(id)}-Local0`,
  );
  if (secret === undefined) {
    return refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  const identity = { ARN: secret.plan.arn, Name: secret.plan.name };

  switch (action) {
    case 'GetSecretValue':
      return value(secret, parameters);
    case 'PutSecretValue': {
      const text = parameters['SecretString'];
      if (typeof text !== 'string') {
        return refusal('InvalidRequestException', 'Only SecretString is supported locally.');
      }
      const version = newVersion(text, parameters['ClientRequestToken']);
      secret.versions.unshift(version);
      return ok({ ...identity, VersionId: version.id, VersionStages: ['AWSCURRENT'] });
    }
    case 'DescribeSecret':
      return ok({
        ...identity,
        VersionIdsToStages: Object.fromEntries(
          secret.versions.slice(0, 2).map((version, index) => [version.id, [stageOf(index)]]),
        ),
      });
    default:
      return refusal('InvalidRequestException', `${action} is not supported locally.`);
  }
}

function value({ plan, versions }: StoredSecret, parameters: Record<string, unknown>): Answer {
  const { VersionId, VersionStage = 'AWSCURRENT' } = parameters;
  const index =
    VersionId === undefined
      ? ['AWSCURRENT', 'AWSPREVIOUS'].indexOf(String(VersionStage))
      : versions.findIndex(({ id }) => id === VersionId);
  const version = versions[index];
  if (version === undefined) {
    return refusal(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value.",
    );
  }
  return ok({
    ARN: plan.arn,
    Name: plan.name,
    VersionId: version.id,
    SecretString: version.value,
    VersionStages: [stageOf(index)],
    CreatedDate: version.at,
  });
}

const stageOf = (index: number): string => ['AWSCURRENT', 'AWSPREVIOUS'][index] ?? 'LOCALOLDER';

const newVersion = (text: string, token: unknown): StoredSecret['versions'][number] => ({
  id: typeof token === 'string' ? token : randomUUID(),
  value: text,
  at: Date.now() / 1000,
});

const ok = (body: object): Answer => ({ status: 200, body });

const refusal = (type: string, message: string): Answer => ({
  status: 400,
  body: { __type: type, message },
});

function parse(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return {};
  }
}
