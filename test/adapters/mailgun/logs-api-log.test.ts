import type { IncomingMessage } from 'node:http';
import { LogsApiLog } from '../../../lambdas/adapters/mailgun/logs-api-log';
import type { JsonObject } from '../../../lambdas/core/json';
import { accessTo, DOMAIN, startScriptedApi } from './scripted-api';

it('asks for everything from ten minutes before the call to ten minutes ahead: clocks differ', async () => {
  const api = await startScriptedApi();
  const asked: JsonObject[] = [];
  api.serve = (response, request) => {
    void bodyOf(request).then((body) => {
      asked.push(JSON.parse(body) as JsonObject);
      response.end(JSON.stringify({ items: [], pagination: {} }));
    });
  };
  // Whole seconds: the dates of the API have no others.
  const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
  const calledAtMs = nowMs - 3_600_000;
  const query = { domain: DOMAIN, messageId: 'a@mg.example.com', calledAtMs };
  const log = new LogsApiLog({ ...accessTo(api.url), clock: () => nowMs });

  const read = await log.read(query, undefined, Date.now() + 10_000);

  api.stop();
  expect(read).toEqual({ result: 'page', events: [], next: undefined });
  const [{ start, end } = {}] = asked;
  expect([start, end].map((date) => Date.parse(String(date)))).toEqual([
    calledAtMs - 600_000,
    nowMs + 600_000,
  ]);
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
