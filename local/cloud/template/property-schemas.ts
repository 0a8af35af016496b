import * as z from 'zod';

/** A scalar as CloudFormation takes it: numbers and booleans may be written as text. */
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
const json = z.union([z.string(), z.looseObject({})]).transform(asJsonText);

export const queueProperties = z.object({
  VisibilityTimeout: scalar.optional(),
  MessageRetentionPeriod: scalar.optional(),
  DelaySeconds: scalar.optional(),
  MaximumMessageSize: scalar.optional(),
  ReceiveMessageWaitTimeSeconds: scalar.optional(),
  FifoQueue: scalar.optional(),
  ContentBasedDeduplication: scalar.optional(),
  SqsManagedSseEnabled: scalar.optional(),
  KmsMasterKeyId: scalar.optional(),
  RedrivePolicy: json.optional(),
  RedriveAllowPolicy: json.optional(),
});

export const subscriptionProperties = z.object({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string(),
  RawMessageDelivery: scalar.optional(),
  FilterPolicy: json.optional(),
  FilterPolicyScope: scalar.optional(),
});

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));
const secondaryIndexes = z
  .array(
    z.object({
      IndexName: z.string(),
      KeySchema: keySchema,
      Projection: z.looseObject({}),
    }),
  )
  .optional();

export const tableProperties = z.object({
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  GlobalSecondaryIndexes: secondaryIndexes,
  LocalSecondaryIndexes: secondaryIndexes,
});

export const secretProperties = z.object({
  SecretString: z.string().optional(),
  GenerateSecretString: z
    .object({
      SecretStringTemplate: z.string().optional(),
      GenerateStringKey: z.string().optional(),
      PasswordLength: z.coerce.number().int().min(1).max(4096).default(32),
      ExcludeCharacters: z.string().default(''),
      ExcludePunctuation: flag.default(false),
      ExcludeLowercase: flag.default(false),
      ExcludeUppercase: flag.default(false),
      ExcludeNumbers: flag.default(false),
      IncludeSpace: flag.default(false),
    })
    .optional(),
});

export type SecretProperties = z.infer<typeof secretProperties>;

export const functionProperties = z.object({
  Handler: z.string().optional(),
  Runtime: z.string().optional(),
  PackageType: z.string().optional(),
  Timeout: z.coerce.number().int().min(1).max(900).default(3),
  MemorySize: z.coerce.number().int().min(128).max(10_240).default(128),
  Environment: z.object({ Variables: z.record(z.string(), scalar).default({}) }).optional(),
  Code: z.object({
    S3Bucket: z.string().optional(),
    S3Key: z.string().optional(),
    ZipFile: z.string().optional(),
    ImageUri: z.string().optional(),
  }),
});

export type FunctionProperties = z.infer<typeof functionProperties>;

export const eventSourceMappingProperties = z.object({
  EventSourceArn: z.string().optional(),
  FunctionName: z.string(),
  BatchSize: z.coerce.number().int().min(1).max(10_000).default(10),
  MaximumBatchingWindowInSeconds: z.coerce.number().int().min(0).max(300).default(0),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number().int().min(2) }).optional(),
  FunctionResponseTypes: z.array(z.string()).default([]),
  FilterCriteria: z.unknown().optional(),
  Enabled: flag.default(true),
});

export const integrationProperties = z.object({
  ApiId: z.string(),
  IntegrationType: z.string(),
  IntegrationUri: z.string().optional(),
  PayloadFormatVersion: scalar.optional(),
});

export const routeProperties = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string().optional(),
  AuthorizationType: z.string().default('NONE'),
});

export const stageProperties = z.object({ ApiId: z.string(), StageName: z.string() });

export const ruleProperties = z.object({
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  Targets: z.array(z.object({ Arn: z.string(), Input: z.string().optional() })).default([]),
});

export const scheduleProperties = z.object({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.string().default('ENABLED'),
  Target: z.object({ Arn: z.string(), Input: z.string().optional() }),
});

function asJsonText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
