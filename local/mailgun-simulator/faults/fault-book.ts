import type { MailEvent } from '../events/event';
import {
  pickApiFault,
  type ApiFault,
  type ApiFaultDefinition,
  type CallIdentity,
} from './api-faults';
import type { SigningKey } from '../webhooks/signing-key';
import { ScriptedFault, type Script } from './fault-script';
import {
  pickWebhookFault,
  type WebhookFault,
  type WebhookFaultDefinition,
  type WebhookFaults,
} from './webhook-faults';

/** Every fault in force, in the order they were scripted: the first that applies, happens. */
export class FaultBook implements WebhookFaults {
  private readonly apiFaults = new Map<string, ScriptedFault<ApiFaultDefinition>>();
  private readonly webhookFaults = new Map<string, ScriptedFault<WebhookFaultDefinition>>();
  private added = 0;

  constructor(
    private readonly seed: number,
    readonly signingKey: SigningKey,
  ) {}

  /** @returns the id under which the fault is listed. */
  add(definition: ApiFaultDefinition | WebhookFaultDefinition, script: Script): string {
    const id = `fault-${String((this.added += 1))}`;
    if ('webhook' in definition) {
      this.webhookFaults.set(id, new ScriptedFault(id, definition, script, this.seed));
    } else {
      this.apiFaults.set(id, new ScriptedFault(id, definition, script, this.seed));
    }
    return id;
  }

  list(): readonly object[] {
    const faults = [...this.apiFaults.values(), ...this.webhookFaults.values()];
    return faults.map((fault) => fault.describe());
  }

  /** @returns whether there was such a fault. */
  remove(id: string): boolean {
    return this.apiFaults.delete(id) || this.webhookFaults.delete(id);
  }

  clear(): void {
    this.apiFaults.clear();
    this.webhookFaults.clear();
  }

  pick(event: MailEvent): WebhookFault | undefined {
    return pickWebhookFault(this.webhookFaults.values(), event);
  }

  pickForCall(call: CallIdentity): ApiFault | undefined {
    return pickApiFault(this.apiFaults.values(), call);
  }
}
