import type { ServiceUrls } from './functions/function-environment';
import type { Blueprint } from './template/blueprint';
import type { CloudAddresses } from './template/resource-references';

/** Where everything is reached: plain data, fit for JSON. Records are keyed by logical id. */
export interface CloudEndpoints {
  readonly region: string;
  readonly accountId: string;
  /** Any will do; these are what examples use. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly services: Omit<ServiceUrls, 'others'>;
  readonly admin: string;
  readonly queues: Readonly<Record<string, { name: string; url: string; arn: string }>>;
  readonly tables: Readonly<Record<string, { name: string; arn: string }>>;
  readonly topics: Readonly<Record<string, { name: string; arn: string }>>;
  readonly buckets: Readonly<Record<string, { name: string }>>;
  readonly secrets: Readonly<Record<string, { name: string; arn: string }>>;
  readonly apis: Readonly<Record<string, { url: string }>>;
  /** By readable name, such as `send-batch`. */
  readonly functions: Readonly<
    Record<string, { logicalId: string; name: string; arn: string; logFile: string }>
  >;
  /** The template's outputs, without the hash CDK appends to those of nested constructs. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly notEmulated: readonly string[];
}

/** Describes a cloud that runs. */
export function describeEndpoints(
  blueprint: Blueprint,
  { region, accountId }: CloudAddresses,
  { others: admin, ...services }: ServiceUrls,
  logFileOf: (readableName: string) => string,
): CloudEndpoints {
  return {
    region,
    accountId,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    services,
    admin,
    queues: byLogicalId(blueprint.queues, ({ name, url, arn }) => ({ name, url, arn })),
    tables: byLogicalId(blueprint.tables, ({ name, arn }) => ({ name, arn })),
    topics: byLogicalId(blueprint.topics, ({ name, arn }) => ({ name, arn })),
    buckets: byLogicalId(blueprint.buckets, ({ name }) => ({ name })),
    secrets: byLogicalId(blueprint.secrets, ({ name, arn }) => ({ name, arn })),
    apis: byLogicalId(blueprint.apis, ({ url }) => ({ url })),
    functions: Object.fromEntries(
      blueprint.functions.map(({ readableName, logicalId, name, arn }) => [
        readableName,
        { logicalId, name, arn, logFile: logFileOf(readableName) },
      ]),
    ),
    outputs: blueprint.outputs,
    notEmulated: blueprint.notEmulated,
  };
}

/** Two stacks may use the same logical id: the second then carries its stack's name. */
function byLogicalId<P extends { subject: string; logicalId: string }, V>(
  plans: readonly P[],
  describe: (plan: P) => V,
): Record<string, V> {
  const described: Record<string, V> = {};
  for (const plan of plans) {
    described[plan.logicalId in described ? plan.subject : plan.logicalId] = describe(plan);
  }
  return described;
}
