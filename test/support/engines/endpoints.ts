/** Endpoint of the DynamoDB engine this run uses. */
export const dynamoDbEndpoint = (): string => endpointIn('TEST_DYNAMODB_ENDPOINT');

/** Endpoint of the SQS and SNS engine. */
export const sqsEndpoint = (): string => endpointIn('TEST_SQS_ENDPOINT');

/** Endpoint of the S3 engine: the same process. Buckets are found by path only. */
export const s3Endpoint = (): string => endpointIn('TEST_SQS_ENDPOINT');

/** Settings every SDK client of a test shares: no real account can be reached with them. */
export const testClientSettings = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
} as const;

function endpointIn(variable: string): string {
  const endpoint = process.env[variable];
  if (endpoint === undefined)
    throw new Error(`${variable} is not set: start-engines.ts did not run`);
  return endpoint;
}
