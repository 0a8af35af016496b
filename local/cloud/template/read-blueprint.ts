import type * as z from 'zod';
import { BrokenTemplateError, LocalCloudError } from '../cloud-error';
import { oneLine, type DeclaredResource, type StackTemplate } from './assembly';
import type { Blueprint } from './blueprint';
import { isInert } from './inert-types';
import { TemplateResolver } from './intrinsics';
import { readApis } from './read-apis';
import { readEventSourceMappings, readFunctions, readSchedules } from './read-compute';
import { isCustom, readCustomResources } from './read-custom-resources';
import { readQueues, readSubscriptions, readTopics } from './read-messaging';
import { readBuckets, readSecrets, readTables } from './read-storage';
import { withoutHash } from './resource-names';
import { arnOf, type CloudAddresses } from './resource-references';

/** What the readers of single resource types work with. */
export interface TemplateReader {
  readonly addresses: CloudAddresses;
  /** Resources of a type that exist, with their names and ARNs. */
  readonly all: (...types: string[]) => IdentifiedResource[];
  /**
   * Resolved properties in the shape this reader needs.
   *
   * @throws {BrokenTemplateError} when they have another one.
   */
  readonly properties: <T>(identified: IdentifiedResource, schema: z.ZodType<T>) => T;
  /** Notes that something the template asks for is not there locally. */
  readonly notEmulated: (identified: IdentifiedResource, detail?: string) => void;
}

/** A resource and what it goes by. */
export interface IdentifiedResource {
  readonly resource: DeclaredResource;
  readonly subject: string;
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
}

const EMULATED = new Set([
  'AWS::SQS::Queue',
  'AWS::SNS::Topic',
  'AWS::SNS::Subscription',
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::Lambda::Function',
  'AWS::Lambda::EventSourceMapping',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Events::Rule',
  'AWS::Scheduler::Schedule',
]);

/** Types whose requests would go nowhere, while everything says that they are taken. */
const REFUSED: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::RestApi': 'synthesise it with webhooks.ingress "http"',
  'AWS::ApiGatewayV2::DomainName': 'synthesise it without webhooks.domain',
};

/**
 * Reads what there is to run. Nothing beside the assembly is consulted: a resource added to a
 * stack is there at the next start.
 *
 * @throws {BrokenTemplateError} naming the resource, for a reference to nothing, a missing
 *   asset or a property out of its range.
 * @throws {LocalCloudError} for an API or a name that nothing here would answer under.
 */
export function readBlueprint(
  stacks: readonly StackTemplate[],
  addresses: CloudAddresses,
): Blueprint {
  const resolver = new TemplateResolver(stacks, addresses);
  const resources = stacks
    .flatMap((stack) => [...stack.resources.values()])
    .filter((resource) => resolver.exists(resource));
  const notEmulated = new Set<string>();
  const reader = createReader(resources, resolver, { addresses, notEmulated });

  for (const { type, stack, logicalId } of resources) {
    const advice = REFUSED[type];
    if (advice !== undefined) {
      throw new LocalCloudError(
        `${stack.name}/${logicalId}: the local cloud has no ${type}; ${advice}`,
      );
    }
    if (!EMULATED.has(type) && !isInert(type) && !isCustom(type))
      notEmulated.add(`${type} ${stack.name}/${logicalId}`);
  }

  const functions = readFunctions(reader);
  const types = resources.map(({ type }) => type);
  return {
    queues: readQueues(reader),
    topics: readTopics(reader),
    subscriptions: readSubscriptions(reader),
    tables: readTables(reader),
    buckets: readBuckets(reader),
    secrets: readSecrets(reader),
    functions,
    eventSourceMappings: readEventSourceMappings(reader),
    apis: readApis(reader),
    schedules: readSchedules(reader),
    customResources: readCustomResources(reader, { types, functions }),
    outputs: readOutputs(stacks, resolver),
    notEmulated: [...notEmulated],
  };
}

function createReader(
  resources: readonly DeclaredResource[],
  resolver: TemplateResolver,
  { addresses, notEmulated }: { addresses: CloudAddresses; notEmulated: Set<string> },
): TemplateReader {
  return {
    addresses,
    all: (...types) =>
      resources
        .filter(({ type }) => types.includes(type))
        .map((resource) => {
          const named = resolver.named(resource);
          return {
            resource,
            subject: `${resource.stack.name}/${resource.logicalId}`,
            logicalId: resource.logicalId,
            name: named.name,
            arn: arnOf(named, addresses),
          };
        }),
    properties: ({ resource, subject }, schema) => {
      const result = schema.safeParse(resolver.properties(resource));
      if (result.success) return result.data;
      throw new BrokenTemplateError(subject, oneLine(result.error));
    },
    notEmulated: ({ resource, subject }, detail) => {
      notEmulated.add(`${resource.type} ${subject}${detail === undefined ? '' : `: ${detail}`}`);
    },
  };
}

/** Outputs by name. Where two stacks have one of the same name, both also carry their stack's. */
function readOutputs(
  stacks: readonly StackTemplate[],
  resolver: TemplateResolver,
): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const stack of stacks) {
    for (const [id, { Value }] of Object.entries(stack.outputs)) {
      if (id.startsWith('ExportsOutput')) continue;
      const value = resolver.resolve(Value, { stack, subject: `${stack.name} output ${id}` });
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      for (const name of [withoutHash(id), id]) {
        outputs[name in outputs && outputs[name] !== text ? `${stack.name}.${id}` : name] = text;
      }
    }
  }
  return outputs;
}
