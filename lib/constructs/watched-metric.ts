import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/** Where functions put their metrics: `adapters/powertools/metered-formatter.ts` writes the same names. */
export const METRIC_NAMESPACE = 'CampaignMailgun';

/** The one dimension of every metric. */
export const METRIC_DIMENSION = 'function_name';

/** A metric one function counts in its log, summed over a period. */
export function countedBy(fn: IFunction, metricName: string, period = Duration.minutes(5)): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [METRIC_DIMENSION]: fn.functionName },
    statistic: Stats.SUM,
    period,
  });
}
