import * as z from 'zod';
import { jsonVariable } from '../../../lambdas/adapters/environment/json-variable';

const environmentSchema = z.object({
  DOMAINS: jsonVariable(z.record(z.string(), z.object({ maxTags: z.number().default(3) }))),
});

const read = (text: string) => environmentSchema.safeParse({ DOMAINS: text });

it('reads a value as its schema has it', () => {
  expect(read('{"mg.example.com":{}}').data).toEqual({
    DOMAINS: { 'mg.example.com': { maxTags: 3 } },
  });
});

it('says what is wrong, and where', () => {
  expect(read('{"mg.example.com":{"maxTags":"many"}}').error?.issues).toMatchObject([
    { path: ['DOMAINS', 'mg.example.com', 'maxTags'], expected: 'number' },
  ]);
});

it('says what is no JSON, without a word of it', () => {
  const { error } = read('{mg.example.com');

  expect(error?.issues).toMatchObject([{ path: ['DOMAINS'], message: 'expected JSON' }]);
  expect(error?.message).not.toContain('mg.example');
});
