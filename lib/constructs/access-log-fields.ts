/** What the access log of every API says of a request: no path, query, header or body. */
export const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  requestedAt: '$context.requestTime',
  status: '$context.status',
  caller: '$context.identity.userArn',
  sourceIp: '$context.identity.sourceIp',
  responseLatencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
};
