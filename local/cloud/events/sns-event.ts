import type { SNSEventRecord, SNSMessage } from 'aws-lambda';
import type { ReceivedMessage } from './queue-source';

/** What SNS puts around a notification on its way to a queue. */
interface Envelope extends Omit<
  SNSMessage,
  'Subject' | 'MessageAttributes' | 'SigningCertUrl' | 'UnsubscribeUrl'
> {
  readonly Subject?: string;
  readonly MessageAttributes?: SNSMessage['MessageAttributes'];
  readonly SigningCertURL: string;
  readonly UnsubscribeURL: string;
}

/** An event of one notification, as Lambda makes it. */
export interface NotificationEvent {
  readonly Records: readonly [
    Omit<SNSEventRecord, 'Sns'> & {
      readonly Sns: Omit<SNSMessage, 'Subject'> & { readonly Subject: string | null };
    },
  ];
}

/** The event Lambda makes of a notification that SNS put on a queue in its own envelope. */
export function snsEvent({ Body }: ReceivedMessage): NotificationEvent {
  const {
    SigningCertURL: SigningCertUrl,
    UnsubscribeURL: UnsubscribeUrl,
    ...envelope
  } = JSON.parse(Body) as Envelope;
  return {
    Records: [
      {
        EventVersion: '1.0',
        EventSubscriptionArn: `${envelope.TopicArn}:local`,
        EventSource: 'aws:sns',
        Sns: {
          ...envelope,
          // SNS leaves out what is empty; Lambda does not.
          Subject: envelope.Subject ?? null,
          MessageAttributes: envelope.MessageAttributes ?? {},
          SigningCertUrl,
          UnsubscribeUrl,
        },
      },
    ],
  };
}
