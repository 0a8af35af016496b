import type { DeclaredResource } from './assembly';

const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Events::Rule': 'Name',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::IAM::Role': 'RoleName',
};

/** Limits AWS has for names. */
const LONGEST_NAME: Readonly<Record<string, number>> = {
  'AWS::S3::Bucket': 63,
  'AWS::Lambda::Function': 64,
  'AWS::SQS::Queue': 80,
};

const LONGEST_OTHER_NAME = 128;

/** The property in which a template may name a resource of this type. */
export const namePropertyOf = (type: string): string | undefined => NAME_PROPERTIES[type];

/** The name a resource gets when its template gives none: the same at every start. */
export function generatedName({ stack, logicalId, type, properties }: DeclaredResource): string {
  const suffix = type === 'AWS::SQS::Queue' && isTrue(properties['FifoQueue']) ? '.fifo' : '';
  const full = `${stack.name}-${logicalId}`;
  const room = (LONGEST_NAME[type] ?? LONGEST_OTHER_NAME) - suffix.length;
  const name = full.length <= room ? full : `${full.slice(0, room - 9)}-${full.slice(-8)}`;
  return (type === 'AWS::S3::Bucket' ? name.toLowerCase() : name) + suffix;
}

/** The logical id without the eight hexadecimal digits CDK appends to it. */
export const withoutHash = (logicalId: string): string =>
  logicalId.replace(/[0-9A-F]{8}$/, '') || logicalId;

const SAYS_NOTHING = /^(Resource|Default|Function|Handler|Lambda)$/;

/**
 * What people call each function, by logical path: the last construct of its path that says
 * something, in kebab case. `Service/SendBatch/Function/Resource` is `send-batch`. Where two
 * functions would share a name, the construct above is added.
 */
export function readableNames(
  functions: readonly DeclaredResource[],
): Map<DeclaredResource, string> {
  const names = new Map<DeclaredResource, string>();
  const taken = new Set<string>();

  for (const resource of functions) {
    const segments = tellingSegments(resource);
    const candidates = segments.map((_, index) =>
      segments
        .slice(-index - 1)
        .map(kebab)
        .join('-'),
    );
    const name =
      candidates.find((candidate) => !taken.has(candidate)) ??
      kebab(`${resource.stack.name}-${resource.logicalId}`);
    taken.add(name);
    names.set(resource, name);
  }
  return names;
}

function tellingSegments({ constructPath, logicalId }: DeclaredResource): string[] {
  if (constructPath === undefined) {
    return [withoutHash(logicalId).replace(/(?<=.)(Function|Handler)$/, '')];
  }
  const [, ...segments] = constructPath.split('/');
  const telling = segments.filter((segment) => !SAYS_NOTHING.test(segment));
  return telling.length > 0 ? telling : ['function'];
}

const kebab = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();

const isTrue = (value: unknown): boolean => value === true || value === 'true';
