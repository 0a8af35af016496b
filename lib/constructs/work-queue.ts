import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MESSAGE_LIFETIME_DAYS } from '../config/settings';

/** What a queue must know of its consumer. */
export interface WorkQueueProps {
  /** Timeout of the function that consumes the queue. */
  readonly consumerTimeout: Duration;

  /**
   * How long the event source mapping may gather messages before it invokes the function.
   *
   * @default - not at all
   */
  readonly gatheringWindow?: Duration;

  /** Receives before a message is given up on and dead-lettered. */
  readonly maxReceiveCount: number;
}

/**
 * A queue as this project defines it, with its dead-letter queue: encrypted, reached through TLS only,
 * messages of up to 1 MiB kept as long as SQS can.
 *
 * A message under way stays hidden for six times the consumer's timeout (plus the window it may be
 * gathered for), so that SQS does not hand it out again while Lambda still works on it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export class WorkQueue extends Construct {
  /** What is to be worked on. */
  readonly queue: Queue;
  /** What could not be understood or was given up on; empty in steady state. */
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);

    this.deadLetterQueue = new Queue(this, 'DeadLetterQueue', safely);
    this.queue = new Queue(this, 'Queue', {
      ...safely,
      visibilityTimeout: Duration.seconds(
        6 * props.consumerTimeout.toSeconds() + (props.gatheringWindow?.toSeconds() ?? 0),
      ),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: props.maxReceiveCount },
    });
  }
}

const safely: QueueProps = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(MESSAGE_LIFETIME_DAYS),
  maxMessageSizeBytes: 1_048_576,
};
