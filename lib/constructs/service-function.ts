import { join } from 'node:path';
import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, type CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

const ROOT = join(__dirname, '../..');

/** How long logs live, and whether they go with the stack. */
export interface LogSettings {
  /** How long a line is kept. */
  readonly retention: RetentionDays;
  /** What becomes of the log groups when their stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/** What tells one function of this project from another. */
export interface ServiceFunctionProps {
  /** Folder below `lambdas/` whose `handler.ts` is bundled. */
  readonly folder: string;
  /** What the function does, in the words the console shows. */
  readonly description: string;

  /** How long one invocation may take. */
  readonly timeout: Duration;

  /**
   * Memory in MiB; the processor grows with it.
   *
   * @default 512
   */
  readonly memorySize?: number;

  /** Exactly what the folder's `environment.ts` reads. */
  readonly environment: Readonly<Record<string, string>>;

  /** How the function's log is kept. */
  readonly logs: LogSettings;
}

/**
 * A function as this project defines it: Node 24 on arm64, bundled with the SDK it was tested with, a
 * role of its own that may write to its own log group and nothing else until it is granted.
 *
 * Bundling uses the esbuild of this project, never Docker.
 */
export class ServiceFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    // A sibling made first: the function needs the group, and the role must not reach any other.
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: props.logs.retention,
      removalPolicy: props.logs.removalPolicy,
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    });
    logGroup.grant(role, 'logs:CreateLogStream', 'logs:PutLogEvents');

    super(scope, id, {
      entry: join(ROOT, 'lambdas', props.folder, 'handler.ts'),
      projectRoot: ROOT,
      // Tells the CDK to run esbuild as npm does, nothing else; what npm packs has no lock file.
      depsLockFilePath: join(ROOT, 'package.json'),
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memorySize ?? 512,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
      bundling: {
        format: OutputFormat.CJS,
        bundleAwsSDK: true,
        minify: true,
        sourceMap: true,
        sourcesContent: false,
        // Errors are named after their classes, in logs and in tests of what went wrong.
        keepNames: true,
        logLevel: LogLevel.WARNING,
      },
    });
  }

  /** Lets X-Ray trace the function's invocations. */
  trace(): void {
    const mode = 'Active';
    (this.node.defaultChild as CfnFunction).tracingConfig = { mode };
    this.addToRolePolicy(
      new PolicyStatement({
        actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        // Traces have no ARN.
        resources: ['*'],
      }),
    );
  }

  /** Lets the function read one secret's value. */
  grantSecretValue(secret: ISecret): void {
    this.addToRolePolicy(
      new PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        resources: [secret.secretArn],
      }),
    );
  }
}
