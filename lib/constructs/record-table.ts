import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/** What tells one table of this project from another. */
export interface RecordTableProps {
  /** Whether the table may go with its stack, data and all. */
  readonly disposable: boolean;

  /**
   * Writes a second the table takes from its first day on.
   *
   * @default - what DynamoDB gives a new table on demand: 4,000
   */
  readonly warmWritesPerSecond?: number | undefined;
}

/** What a new table on demand takes; the least that can be asked for. */
const READS_PER_SECOND = 12_000;

/**
 * A table as this project defines it: string keys `pk` and `sk`, billed on demand, restorable to any
 * second of the last 35 days, encrypted with the key DynamoDB owns unless its stack has one. An item with a `ttl` (epoch
 * seconds) goes when that time has come; one without stays.
 */
export class RecordTable extends Table {
  constructor(scope: Construct, id: string, props: RecordTableProps) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...(props.warmWritesPerSecond !== undefined && {
        warmThroughput: {
          readUnitsPerSecond: READS_PER_SECOND,
          writeUnitsPerSecond: props.warmWritesPerSecond,
        },
      }),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'ttl',
      deletionProtection: !props.disposable,
      removalPolicy: props.disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
  }
}
