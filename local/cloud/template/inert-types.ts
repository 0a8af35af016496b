/** Resource types that grant, describe or observe: without them everything local works the same. */
const INERT = [
  /^AWS::IAM::/,
  /^AWS::KMS::/,
  /^AWS::Logs::/,
  /^AWS::CloudWatch::/,
  /^AWS::CDK::Metadata$/,
  /^AWS::CloudFormation::WaitCondition/,
  /^AWS::SQS::Queue(Inline)?Policy$/,
  /^AWS::SNS::Topic(Inline)?Policy$/,
  /^AWS::S3::BucketPolicy$/,
  /^AWS::SecretsManager::(ResourcePolicy|RotationSchedule)$/,
  /^AWS::Lambda::(Permission|Version|Alias|EventInvokeConfig)$/,
  /^AWS::ApiGateway::Account$/,
  /^AWS::Scheduler::ScheduleGroup$/,
  /^AWS::XRay::/,
  /^AWS::ResourceGroups::/,
  /^AWS::ServiceCatalogAppRegistry::/,
  /^Custom::S3AutoDeleteObjects$/,
  /^Custom::LogRetention$/,
];

/** Whether a type needs no emulation. */
export const isInert = (type: string): boolean => INERT.some((pattern) => pattern.test(type));
