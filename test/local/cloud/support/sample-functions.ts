/**
 * Consumes messages that say what to do with themselves, and keeps a row of each time it saw one:
 * pk is the message's id, sk how often SQS had handed it out.
 */
export const OBEDIENT_CONSUMER = `
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { DynamoDBDocumentClient, PutCommand } = require('@aws-sdk/lib-dynamodb');
const { threadId } = require('node:worker_threads');
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
let invocations = 0;

exports.handler = async (event, context) => {
  invocations += 1;
  const batchItemFailures = [];
  for (const record of event.Records) {
    const order = JSON.parse(record.body);
    await documents.send(new PutCommand({
      TableName: process.env.TABLE_NAME,
      Item: {
        pk: order.id, sk: record.attributes.ApproximateReceiveCount,
        record: JSON.parse(JSON.stringify(record)), batch: event.Records.length, invocations, threadId,
        remainingMs: context.getRemainingTimeInMillis(), functionName: context.functionName, requestId: context.awsRequestId,
      },
    }));
    console.log('saw', order.id);
    if (order.do === 'fail') batchItemFailures.push({ itemIdentifier: record.messageId });
    if (order.do === 'nonsense') batchItemFailures.push({ itemIdentifier: '' });
    if (order.do === 'throw') throw new Error('as ordered');
    if (order.do === 'exit') process.exit(1);
    if (order.do === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  return { batchItemFailures };
};
`;

/** Answers HTTP requests with what it got, or as the query says. */
export const ECHO = `
exports.handler = async (event) => {
  const { respond } = event.queryStringParameters ?? {};
  if (respond === 'throw') throw new Error('as asked');
  if (respond === 'plain') return { just: 'json' };
  if (respond === 'broken') return { statusCode: 'many' };
  if (respond === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (respond === 'environment') return { statusCode: 200, body: JSON.stringify(process.env) };
  if (respond === 'binary') {
    return { statusCode: 201, headers: { 'Content-Type': 'application/octet-stream' }, cookies: ['a=1', 'b=2'],
      body: Buffer.from([0, 255, 1]).toString('base64'), isBase64Encoded: true };
  }
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };
};
`;

/** Does one thing with each service, as the body of the request asks. */
export const TOOLBOX = `
const { S3Client, PutObjectCommand, GetObjectCommand } = require('@aws-sdk/client-s3');
const { SNSClient, PublishCommand } = require('@aws-sdk/client-sns');
const { SQSClient, SendMessageCommand, SendMessageBatchCommand } = require('@aws-sdk/client-sqs');
const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager');
const { DynamoDBClient, PutItemCommand, GetItemCommand, BatchWriteItemCommand } = require('@aws-sdk/client-dynamodb');
const { TABLE_NAME: TableName, BUCKET_NAME: Bucket, SECRET_ARN: SecretId, TOPIC_ARN: TopicArn, QUEUE_URL: QueueUrl } = process.env;
const tables = new DynamoDBClient({});
const key = (name) => ({ pk: { S: name }, sk: { S: '1' } });

const tools = {
  secret: async () => (await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId }))).SecretString,
  object: async () => {
    const client = new S3Client({});
    await client.send(new PutObjectCommand({ Bucket, Key: 'a/b', Body: 'kept' }));
    return (await client.send(new GetObjectCommand({ Bucket, Key: 'a/b' }))).Body.transformToString();
  },
  publish: async () => {
    await new SNSClient({}).send(new PublishCommand({ TopicArn, Message: 'news', MessageAttributes: { type: { DataType: 'String', StringValue: 'x' } } }));
    return 'published';
  },
  send: async () => {
    const client = new SQSClient({});
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', MessageBody: 'two' }, { Id: 'b', MessageBody: 'three' }] }));
    return 'sent';
  },
  capacity: async () => {
    await tables.send(new PutItemCommand({ TableName, Item: { ...key('small'), text: { S: 'x' } } }));
    await tables.send(new PutItemCommand({ TableName, Item: { ...key('large'), text: { S: 'x'.repeat(2500) } } }));
    await tables.send(new PutItemCommand({ TableName, Item: key('small'), ConditionExpression: 'attribute_not_exists(pk)' })).catch(() => undefined);
    await tables.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: key('b1') } }, { PutRequest: { Item: key('b2') } }] } }));
    await tables.send(new GetItemCommand({ TableName, Key: key('small') }));
    await tables.send(new GetItemCommand({ TableName, Key: key('small'), ConsistentRead: true }));
    return 'counted';
  },
  foreign: async () => {
    const client = new (require('@aws-sdk/client-dynamodb').DynamoDBClient)({ endpoint: process.env.AWS_ENDPOINT_URL, maxAttempts: 1 });
    return client.send(new GetItemCommand({ TableName, Key: key('x') })).then(() => 'answered', (error) => error.name);
  },
};

exports.handler = async (event) => ({ statusCode: 200, body: await tools[event.pathParameters.tool]() });
`;

/** Puts whatever event it gets into the table, under the name it is given. */
export const DIARIST = `
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { DynamoDBDocumentClient, PutCommand } = require('@aws-sdk/lib-dynamodb');
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.handler = async (event, { awsRequestId: sk }) => {
  await documents.send(new PutCommand({ TableName: process.env.TABLE_NAME, Item: { pk: process.env.NAME, sk, event } }));
};
`;
