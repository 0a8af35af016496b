import type {
  ReconcileRequest,
  ReconcileRequests,
} from '../../../lambdas/core/reconciliation/reconcile-request';

/** `ReconcileRequests` in memory. */
export class InMemoryReconcileRequests implements ReconcileRequests {
  readonly requests: ReconcileRequest[] = [];
  /** Set it to make every request reject. */
  fault: Error | undefined;

  request(request: ReconcileRequest): Promise<void> {
    if (this.fault !== undefined) return Promise.reject(this.fault);

    this.requests.push(request);
    return Promise.resolve();
  }
}
