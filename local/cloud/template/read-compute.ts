import { existsSync, statSync } from 'node:fs';
import { BrokenTemplateError } from '../cloud-error';
import type { DeclaredResource } from './assembly';
import { parseScheduleExpression } from '../schedules/schedule-expression';
import type { EventSourceMappingPlan, FunctionPlan, SchedulePlan } from './blueprint';
import {
  eventSourceMappingProperties,
  functionProperties,
  ruleProperties,
  scheduleProperties,
  type FunctionProperties,
} from './property-schemas';
import type { IdentifiedResource, TemplateReader } from './read-blueprint';
import { readableNames } from './resource-names';

/** Functions on a Node.js runtime with a bundle in the assembly. */
export function readFunctions(reader: TemplateReader): FunctionPlan[] {
  const functions = reader
    .all('AWS::Lambda::Function')
    .filter(({ resource }) => !servesDeployment(resource));
  const readable = readableNames(functions.map(({ resource }) => resource));

  return functions.flatMap((identified) => {
    const properties = reader.properties(identified, functionProperties);
    const unsupported = whyNotRunnable(properties);
    if (unsupported !== undefined) {
      reader.notEmulated(identified, unsupported);
      return [];
    }
    const { subject, logicalId, name, arn, resource } = identified;
    return {
      subject,
      logicalId,
      name,
      arn,
      readableName: readable.get(resource) ?? name,
      codeDirectory: codeDirectory(identified, properties),
      handler: properties.Handler ?? 'index.handler',
      timeoutSeconds: properties.Timeout,
      memoryMegabytes: properties.MemorySize,
      environment: properties.Environment?.Variables ?? {},
    };
  });
}

/** Functions CDK adds for its custom resources run at deployment, which there is none of here. */
const servesDeployment = ({ constructPath = '' }: DeclaredResource): boolean =>
  /(^|\/)(Custom::|LogRetention[0-9a-f]{32})/.test(constructPath);

function whyNotRunnable({ Runtime, PackageType, Code }: FunctionProperties): string | undefined {
  if (PackageType === 'Image' || Code.ImageUri !== undefined) return 'container image';
  if (Runtime?.startsWith('nodejs') !== true) return `runtime ${Runtime ?? 'unknown'}`;
  return Code.ZipFile === undefined ? undefined : 'inline code';
}

function codeDirectory(
  { resource, subject }: IdentifiedResource,
  { Code }: FunctionProperties,
): string {
  const key = Code.S3Key ?? '';
  const directory = resource.stack.assets.get(key);
  if (directory === undefined) {
    throw new BrokenTemplateError(subject, `its code "${key}" is no asset of this assembly`);
  }
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new BrokenTemplateError(subject, `its asset directory is missing: ${directory}`);
  }
  return directory;
}

/** Mappings from queues to functions; other sources have no emulation. */
export function readEventSourceMappings(reader: TemplateReader): EventSourceMappingPlan[] {
  const arnByName = new Map(
    reader.all('AWS::Lambda::Function').map(({ name, arn }) => [name, arn]),
  );
  return reader.all('AWS::Lambda::EventSourceMapping').flatMap((mapping) => {
    const properties = reader.properties(mapping, eventSourceMappingProperties);
    const source = properties.EventSourceArn ?? '';
    if (!source.startsWith('arn:aws:sqs:')) {
      reader.notEmulated(mapping, `event source ${source || 'outside AWS'}`);
      return [];
    }
    if (properties.FilterCriteria !== undefined) reader.notEmulated(mapping, 'FilterCriteria');
    if (!properties.Enabled) return [];

    return {
      subject: mapping.subject,
      logicalId: mapping.logicalId,
      functionArn: arnByName.get(properties.FunctionName) ?? properties.FunctionName,
      queueArn: source,
      batchSize: properties.BatchSize,
      windowSeconds: properties.MaximumBatchingWindowInSeconds,
      maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency,
      reportsItemFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    };
  });
}

/** Schedules of EventBridge rules and of EventBridge Scheduler that are switched on. */
export function readSchedules(reader: TemplateReader): SchedulePlan[] {
  const rules = reader.all('AWS::Events::Rule').flatMap((rule) => {
    const { ScheduleExpression, State, Targets } = reader.properties(rule, ruleProperties);
    if (ScheduleExpression === undefined) {
      reader.notEmulated(rule, 'event pattern');
      return [];
    }
    if (State !== 'ENABLED') return [];
    return Targets.flatMap((target) => readSchedule(reader, rule, ScheduleExpression, target));
  });

  const schedules = reader.all('AWS::Scheduler::Schedule').flatMap((schedule) => {
    const { ScheduleExpression, ScheduleExpressionTimezone, State, Target } = reader.properties(
      schedule,
      scheduleProperties,
    );
    if (!/^(Etc\/)?UTC$/.test(ScheduleExpressionTimezone)) {
      reader.notEmulated(schedule, `time zone ${ScheduleExpressionTimezone}`);
    }
    return State === 'ENABLED' ? readSchedule(reader, schedule, ScheduleExpression, Target) : [];
  });

  return [...rules, ...schedules];
}

function readSchedule(
  reader: TemplateReader,
  identified: IdentifiedResource,
  expression: string,
  target: { Arn: string; Input?: string | undefined },
): SchedulePlan[] {
  const { subject, logicalId } = identified;
  const next = parseScheduleExpression(expression);
  if (next === undefined) {
    reader.notEmulated(identified, expression);
    return [];
  }
  return [
    { subject, logicalId, next, targetArn: target.Arn, input: readInput(subject, target.Input) },
  ];
}

function readInput(subject: string, input: string | undefined): unknown {
  if (input === undefined) return undefined;
  try {
    return JSON.parse(input) as unknown;
  } catch (error) {
    throw new BrokenTemplateError(subject, 'its Input is not JSON', { cause: error });
  }
}
