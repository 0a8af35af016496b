import type { DeclaredResource, StackTemplate } from '../../../../local/cloud/template/assembly';
import { generatedName, readableNames } from '../../../../local/cloud/template/resource-names';

const stack = { name: 'Service' } as StackTemplate;

const aResource = (parts: Partial<DeclaredResource>): DeclaredResource => ({
  stack,
  logicalId: 'EventQueue4F3A1B22',
  type: 'AWS::SQS::Queue',
  properties: {},
  condition: undefined,
  constructPath: undefined,
  ...parts,
});

describe('a generated name', () => {
  it('is the stack and the logical id', () => {
    expect(generatedName(aResource({}))).toBe('Service-EventQueue4F3A1B22');
  });

  it('ends as a FIFO queue must', () => {
    expect(generatedName(aResource({ properties: { FifoQueue: true } }))).toMatch(/22\.fifo$/);
  });

  it('is lower case for a bucket', () => {
    expect(generatedName(aResource({ type: 'AWS::S3::Bucket' }))).toBe(
      'service-eventqueue4f3a1b22',
    );
  });

  it('keeps to the length AWS allows, and to the hash that makes it unique', () => {
    const name = generatedName(aResource({ logicalId: `${'Long'.repeat(30)}4F3A1B22` }));

    expect(name).toHaveLength(80);
    expect(name).toMatch(/-4F3A1B22$/);
  });
});

describe('the readable name of a function', () => {
  const namesOf = (...resources: DeclaredResource[]) => [...readableNames(resources).values()];

  it.each([
    ['Service/SendBatch/Function/Resource', 'send-batch'],
    ['Service/SendBatch/Handler/Resource', 'send-batch'],
    ['Prod/Service/ReceiveWebhook/Resource', 'receive-webhook'],
    ['Service/Function/Resource', 'function'],
  ])('%s is %s', (constructPath, name) => {
    expect(namesOf(aResource({ constructPath }))).toEqual([name]);
  });

  it('comes from the logical id where the path is unknown', () => {
    expect(namesOf(aResource({ logicalId: 'SendBatchFunction51DEC1CA' }))).toEqual(['send-batch']);
  });

  it('takes the construct above where two would be the same', () => {
    expect(
      namesOf(
        aResource({ constructPath: 'Service/Mail/Sender/Resource' }),
        aResource({ constructPath: 'Service/Push/Sender/Resource' }),
      ),
    ).toEqual(['sender', 'push-sender']);
  });
});
