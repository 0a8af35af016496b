import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClientSettings } from '../../../lambdas/adapters/aws/client-settings';
import { testClientSettings } from '../../support/engines/endpoints';

let server: Server;
let requests: number;
let answer: RequestListener;

beforeEach(async () => {
  requests = 0;
  server = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function getItem(maxAttempts: number) {
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({
    ...{ ...testClientSettings, endpoint, maxAttempts },
    ...awsClientSettings(100),
  });
  return client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } }));
}

it.each<[string, RequestListener]>([
  ['does not come', () => undefined],
  [
    'stops in the middle',
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      response.write('{"Item":');
    },
  ],
])('gives up an answer that %s', async (_what, stalling) => {
  answer = stalling;

  await expect(getItem(1)).rejects.toThrow();
  expect(requests).toBe(1);
});

it('makes a call again whose answer did not come', async () => {
  answer = (_request, response) => {
    if (requests === 1) return;
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end('{"Item":{"pk":{"S":"a"}}}');
  };

  expect((await getItem(2)).Item).toEqual({ pk: { S: 'a' } });
  expect(requests).toBe(2);
});
