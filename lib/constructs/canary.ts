import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Settings } from '../config/settings';
import type { ServiceFunction } from './service-function';
import { countedBy } from './watched-metric';

/** What tells one canary of this project from another. */
export interface CanaryProps {
  /** Whose versions are tried. */
  readonly tried: ServiceFunction;
  /** For how long a new version gets a tenth of the calls, in minutes. */
  readonly minutes: NonNullable<Settings['rollout']['canaryMinutes']>;
  /** Metric of the function's failures that are answers, which Lambda counts as no errors. */
  readonly faults: string;
  /** Where the runbook is read. */
  readonly runbookUrl: string;
}

const ALIAS = 'live';

const A_MINUTE = Duration.minutes(1);

/** One failing call of less than a hundred is already more. */
const MOST_ERRORS = 0.01;

/**
 * The same of all calls, of which the new version gets a tenth: half of what it fails with when it
 * fails with everything. One of less than twenty is already more.
 */
const MOST_FAULTS = 0.05;

const DURATIONS = {
  5: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  10: LambdaDeploymentConfig.CANARY_10PERCENT_10MINUTES,
  15: LambdaDeploymentConfig.CANARY_10PERCENT_15MINUTES,
  30: LambdaDeploymentConfig.CANARY_10PERCENT_30MINUTES,
};

/**
 * Has a new version of a function take a tenth of the calls for a while, and all of them if it did not
 * fail. If it did, CodeDeploy gives the calls back to the version before, and CloudFormation undoes the
 * deployment.
 *
 * Defines the version, the alias that callers invoke, two alarms that only deployments look at, and
 * what shifts the calls: a CodeDeploy group and its role, which may move this alias and read alarms.
 */
export class Canary extends Construct {
  /** What callers invoke. */
  readonly alias: Alias;
  private readonly props: CanaryProps;

  constructor(scope: Construct, id: string, props: CanaryProps) {
    super(scope, id);

    this.props = props;
    const { tried, minutes } = props;
    const { currentVersion: version } = tried;
    // A worker of the version before may be in the middle of a call to Mailgun.
    version.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.alias = new Alias(this, 'Alias', { aliasName: ALIAS, version });
    const alarms = [this.defineErrorsAlarm(version.version), this.defineFaultsAlarm()];
    // The alarms must look at the new version before it gets its first call.
    this.alias.node.addDependency(...alarms);
    new LambdaDeploymentGroup(this, 'Deployments', {
      alias: this.alias,
      deploymentConfig: DURATIONS[minutes],
      alarms,
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
      role: this.defineRole(),
    });
  }

  /** On the one version: CloudWatch has these dimensions while an alias has two versions. */
  private defineErrorsAlarm(version: string): Alarm {
    const { functionName } = this.props.tried;
    const ofVersion = (metricName: string) =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        dimensionsMap: {
          FunctionName: functionName,
          Resource: `${functionName}:${ALIAS}`,
          ExecutedVersion: version,
        },
        statistic: Stats.SUM,
        period: A_MINUTE,
      });
    const [failed, calls] = [ofVersion('Errors'), ofVersion('Invocations')];
    return this.defineAlarm('VersionErrors', {
      ...{ failed, calls, above: MOST_ERRORS },
      means: 'The new version fails',
    });
  }

  /** On both versions: a log line does not count by version. */
  private defineFaultsAlarm(): Alarm {
    const { tried, faults } = this.props;
    return this.defineAlarm('Faults', {
      failed: countedBy(tried, faults, A_MINUTE),
      calls: tried.metricInvocations({ period: A_MINUTE, statistic: Stats.SUM }),
      above: MOST_FAULTS,
      means: 'Calls end in faults while a new version is tried',
    });
  }

  private defineAlarm(
    id: string,
    {
      failed,
      calls,
      above,
      means,
    }: { failed: IMetric; calls: IMetric; above: number; means: string },
  ): Alarm {
    return new Alarm(this, id, {
      metric: new MathExpression({
        label: 'share of calls that fail',
        // A call counts when it begins, a fault when it is found: it may be another minute's.
        expression: 'failed / FILL(calls, 1)',
        usingMetrics: { failed, calls },
        period: A_MINUTE,
      }),
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      // Metrics of log lines come a minute late.
      evaluationPeriods: 3,
      datapointsToAlarm: 1,
      // No call, no failure.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${means}. Runbook: ${this.props.runbookUrl}#rolled-back`,
    });
  }

  /** Not AWS's managed policy, which the CDK attaches unless the role refuses it: that reaches every function. */
  private defineRole() {
    const { tried } = this.props;
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      description: 'Shifts calls from one version of a function to the next',
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'lambda:GetAlias',
          'lambda:UpdateAlias',
          'lambda:GetProvisionedConcurrencyConfig',
        ],
        resources: [tried.functionArn, `${tried.functionArn}:${ALIAS}`],
      }),
    );
    // CodeDeploy asks for alarms by name, and IAM then for all of them.
    role.addToPolicy(
      new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }),
    );
    return role.withoutPolicyUpdates();
  }
}

/**
 * What callers of a function invoke: the function itself, whose every version takes all calls at once,
 * or the alias of a {@link Canary} where the configuration asks for one.
 *
 * @param faults as in {@link CanaryProps}.
 */
export function entranceOf(
  tried: ServiceFunction,
  faults: string,
  { rollout, operations }: Pick<Settings, 'rollout' | 'operations'>,
): IFunction {
  const { canaryMinutes: minutes } = rollout;
  if (minutes === undefined) return tried;

  const { runbookUrl } = operations;
  return new Canary(tried, 'Canary', { tried, minutes, faults, runbookUrl }).alias;
}
