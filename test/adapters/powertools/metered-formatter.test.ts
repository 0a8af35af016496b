import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { MeteredFormatter } from '../../../lambdas/adapters/powertools/metered-formatter';

const context = {
  functionName: 'stage-function',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:stage-function',
  memoryLimitInMB: '512',
  awsRequestId: 'c1',
} as Context;

/** What a logger prints of one line. */
function printed(code: string, fields: Record<string, unknown>, within?: Context) {
  const lines: string[] = [];
  const logger = new Logger({ serviceName: 'test', logFormatter: new MeteredFormatter() });
  // Where the logger writes to, as its own documentation of tests does it.
  Object.assign(logger, { console: { info: (line: string) => lines.push(line) } });
  if (within !== undefined) logger.addContext(within);
  logger.info('something happened', { code, ...fields });
  return JSON.parse(lines[0] ?? '{}') as Record<string, unknown>;
}

describe('a line of the log', () => {
  it('that measures something is a metric of its function as well', () => {
    const line = printed('events-recorded', { recorded: 7, foreign: 1 }, context);

    expect(line).toMatchObject({
      ...{ level: 'INFO', message: 'something happened', service: 'test', code: 'events-recorded' },
      ...{ function_name: 'stage-function', EventsRecorded: 7, EventsForeign: 1 },
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: 'CampaignMailgun',
            Dimensions: [['function_name']],
            Metrics: [
              { Name: 'EventsRecorded', Unit: 'Count' },
              { Name: 'EventsForeign', Unit: 'Count' },
            ],
          },
        ],
      },
    });
    expect(line._aws).toHaveProperty('Timestamp', Date.parse(line.timestamp as string));
  });

  it('that measures nothing is a line and no more', () => {
    expect(printed('batch-waits', { reason: 'held' }, context)).not.toHaveProperty('_aws');
  });

  it('written outside an invocation is no metric: its function is not known', () => {
    expect(printed('secret-not-read', {})).not.toHaveProperty('_aws');
  });
});
