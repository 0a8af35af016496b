import type { GuardRequest, GuardRequests } from '../../../lambdas/core/guard/guard-requests';

/** `GuardRequests` in memory. */
export class InMemoryGuardRequests implements GuardRequests {
  readonly puts: { readonly request: GuardRequest; readonly delaySeconds: number }[] = [];
  /** Set it to make the next requests be refused. */
  fault: Error | undefined;

  put(request: GuardRequest, delaySeconds = 0): Promise<void> {
    if (this.fault !== undefined) return Promise.reject(this.fault);
    this.puts.push({ request, delaySeconds });
    return Promise.resolve();
  }
}
