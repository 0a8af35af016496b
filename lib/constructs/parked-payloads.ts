import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ServiceFunction } from './service-function';

/** What begins the key of every parked payload. */
const PREFIX = 'parked/';

/** Lets a function do something with parked payloads, and with nothing else the bucket may hold. */
export function grantOnParkedPayloads(
  bucket: IBucket,
  grantee: ServiceFunction,
  ...actions: ('s3:PutObject' | 's3:GetObject' | 's3:DeleteObject')[]
): void {
  grantee.addToRolePolicy(
    new PolicyStatement({ actions, resources: [bucket.arnForObjects(`${PREFIX}*`)] }),
  );
}
