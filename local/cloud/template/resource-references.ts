import type { DeclaredResource } from './assembly';

/** Where the emulated services are reached, as references in the template need it. */
export interface CloudAddresses {
  readonly accountId: string;
  readonly region: string;
  /** URL of a queue by its physical name. */
  readonly queueUrl: (name: string) => string;
  /** Base URL of an HTTP API, without a trailing slash. */
  readonly apiUrl: (api: DeclaredResource) => string;
}

/** One resource with the name it goes by. */
export interface NamedResource {
  readonly resource: DeclaredResource;
  readonly name: string;
}

/** What `Ref` gives for a resource. */
export function referenceOf(named: NamedResource, addresses: CloudAddresses): string {
  switch (named.resource.type) {
    case 'AWS::SQS::Queue':
      return addresses.queueUrl(named.name);
    case 'AWS::SNS::Topic':
    case 'AWS::SecretsManager::Secret':
      return arnOf(named, addresses);
    case 'AWS::ApiGatewayV2::Api':
      return apiIdOf(named.resource);
    default:
      return named.name;
  }
}

/** What `Fn::GetAtt` gives; for an attribute nothing local depends on, a recognisable text. */
export function attributeOf(
  named: NamedResource,
  attribute: string,
  addresses: CloudAddresses,
): string {
  if (attribute === 'Arn' || attribute === 'TopicArn') return arnOf(named, addresses);

  const { resource, name } = named;
  switch (`${resource.type} ${attribute}`) {
    case 'AWS::SQS::Queue QueueUrl':
      return addresses.queueUrl(name);
    case 'AWS::SQS::Queue QueueName':
    case 'AWS::SNS::Topic TopicName':
      return name;
    case 'AWS::SecretsManager::Secret Id':
      return arnOf(named, addresses);
    case 'AWS::ApiGatewayV2::Api ApiEndpoint':
      return addresses.apiUrl(resource);
    case 'AWS::ApiGatewayV2::Api ApiId':
      return apiIdOf(resource);
    default:
      return `${name}.${attribute}`;
  }
}

/** The id of an HTTP API: what stands before `.execute-api` in a URL on AWS. */
export const apiIdOf = ({ stack, logicalId }: DeclaredResource): string =>
  `${stack.name}${logicalId}`.replace(/[^A-Za-z0-9]/g, '').toLowerCase();

/** The ARN of a resource; for types nothing local looks at, one of the usual shape. */
export function arnOf(
  { resource, name }: NamedResource,
  { accountId, region }: CloudAddresses,
): string {
  const place = `${region}:${accountId}`;
  switch (resource.type) {
    case 'AWS::SQS::Queue':
      return `arn:aws:sqs:${place}:${name}`;
    case 'AWS::SNS::Topic':
      return `arn:aws:sns:${place}:${name}`;
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable':
      return `arn:aws:dynamodb:${place}:table/${name}`;
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${name}`;
    case 'AWS::SecretsManager::Secret':
      // AWS appends six characters of chance; here they are always the same.
      return `arn:aws:secretsmanager:${place}:secret:${name}-Local0`;
    case 'AWS::Lambda::Function':
      return `arn:aws:lambda:${place}:function:${name}`;
    case 'AWS::IAM::Role':
      return `arn:aws:iam::${accountId}:role/${name}`;
    case 'AWS::Logs::LogGroup':
      return `arn:aws:logs:${place}:log-group:${name}:*`;
    default:
      return `arn:aws:${resource.type.split('::')[1]?.toLowerCase() ?? 'local'}:${place}:${name}`;
  }
}
