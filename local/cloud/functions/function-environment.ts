import { accessKeyOf } from '../operations/operation-counters';
import type { FunctionPlan } from '../template/blueprint';

/** Where functions find the services. */
export interface ServiceUrls {
  readonly sqs: string;
  readonly sns: string;
  readonly s3: string;
  readonly dynamodb: string;
  readonly secretsmanager: string;
  /** Answers requests to every other service with a refusal, so that none leaves the machine. */
  readonly others: string;
}

/** Log group Lambda would write a function's output to. */
export const logGroupOf = ({ name }: FunctionPlan): string => `/aws/lambda/${name}`;

/**
 * The whole environment of a function: what Lambda sets, what the template says, and the SDK's
 * standard variables that lead to the local services. Nothing of this process's own environment
 * but the path is in it.
 *
 * @param caller the number its requests are counted under.
 */
export function functionEnvironment(
  plan: FunctionPlan,
  { region, services, caller }: { region: string; services: ServiceUrls; caller: number },
): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyOf(caller),
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0] ?? ''}.x`,
    AWS_LAMBDA_FUNCTION_NAME: plan.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(plan.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(plan),
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: plan.codeDirectory,
    _HANDLER: plan.handler,
    ...plan.environment,
    AWS_ENDPOINT_URL: services.others,
    AWS_ENDPOINT_URL_SQS: services.sqs,
    AWS_ENDPOINT_URL_SNS: services.sns,
    AWS_ENDPOINT_URL_S3: services.s3,
    AWS_ENDPOINT_URL_DYNAMODB: services.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: services.secretsmanager,
  };
}
