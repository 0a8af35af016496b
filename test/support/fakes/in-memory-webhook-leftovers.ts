import type {
  WebhookLeftover,
  WebhookLeftovers,
} from '../../../lambdas/core/webhook/webhook-leftovers';

/** `WebhookLeftovers` in memory. */
export class InMemoryWebhookLeftovers implements WebhookLeftovers {
  private readonly noted = new Map<string, WebhookLeftover>();
  /** Set it to make every method reject. */
  fault: Error | undefined;

  note(leftover: WebhookLeftover): Promise<void> {
    return this.answer(() => void this.noted.set(nameOf(leftover), leftover));
  }

  open(): Promise<readonly WebhookLeftover[]> {
    return this.answer(() => [...this.noted.values()]);
  }

  settle(leftover: Pick<WebhookLeftover, 'domain' | 'url'>): Promise<void> {
    return this.answer(() => void this.noted.delete(nameOf(leftover)));
  }

  private answer<T>(give: () => T): Promise<T> {
    return this.fault === undefined ? Promise.resolve(give()) : Promise.reject(this.fault);
  }
}

const nameOf = ({ domain, url }: Pick<WebhookLeftover, 'domain' | 'url'>): string =>
  `${domain} ${url}`;
