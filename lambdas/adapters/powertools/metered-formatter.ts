import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { measuresOf, type Measure } from '../../core/metric/measures';

/** CloudWatch namespace of every metric of this project. */
export const METRIC_NAMESPACE = 'CampaignMailgun';

/**
 * The one dimension of every metric: the attribute of a log line that names the function. CloudWatch
 * bills each combination of dimensions, so none is ever a campaign, an account or a domain.
 */
export const METRIC_DIMENSION = 'function_name';

/**
 * Writes a log line as JSON, and makes one that measures something a metric as well: in CloudWatch's
 * embedded metric format a line of JSON is both.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class MeteredFormatter extends LogFormatter {
  formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    const { lambdaContext, timestamp } = attributes;
    const base = {
      level: attributes.logLevel,
      message: attributes.message,
      timestamp: this.formatTimestamp(timestamp),
      service: attributes.serviceName,
      cold_start: lambdaContext?.coldStart,
      [METRIC_DIMENSION]: lambdaContext?.functionName,
      function_request_id: lambdaContext?.awsRequestId,
      xray_trace_id: attributes.xRayTraceId,
    };
    // Outside an invocation there is no function to name, and a metric without its dimension is another one.
    const measures = lambdaContext === undefined ? [] : measuresOf(additional);
    const metric = measures.length === 0 ? {} : embedded(measures, timestamp);
    return new LogItem({ attributes: base }).addAttributes({ ...additional, ...metric });
  }
}

function embedded(measures: readonly Measure[], at: Date): LogAttributes {
  return {
    ...Object.fromEntries(measures.map(({ name, count }) => [name, count])),
    _aws: {
      Timestamp: at.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [[METRIC_DIMENSION]],
          Metrics: measures.map(({ name }) => ({ Name: name, Unit: 'Count' })),
        },
      ],
    },
  };
}
