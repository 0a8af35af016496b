import type {
  MessageFields,
  MessageGateway,
  SendOutcome,
} from '../../../lambdas/core/submission/send-outcome';

/** One call as Mailgun would have seen it. */
export interface GatewayCall {
  readonly domain: string;
  readonly fields: MessageFields;
  /** Addresses the call would mail. */
  readonly addresses: readonly string[];
}

type Script = (call: GatewayCall) => SendOutcome | Promise<SendOutcome>;

/** Answers every call as a script says, and remembers the calls. Takes everything by default. */
export class ScriptedGateway implements MessageGateway {
  readonly calls: GatewayCall[] = [];
  script: Script = ({ fields }) => ({
    outcome: 'taken',
    messageId: String(fields['h:Message-Id']).replace(/[<>]/g, ''),
  });

  async send(domain: string, fields: MessageFields): Promise<SendOutcome> {
    const variables = JSON.parse(String(fields['recipient-variables'])) as object;
    const call = { domain, fields, addresses: Object.keys(variables) };
    this.calls.push(call);
    return this.script(call);
  }
}
