import { textOf } from '../core/json';
import type { ReceivedCall } from './receive-webhook';

/**
 * What is read of a request that an HTTP API (payload format 2.0) or a REST API hands over, where both
 * have it. Nothing of it is sure to be there.
 *
 * @see Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs" and
 *   "Input format of a Lambda function for proxy integration".
 */
export interface GatewayEvent {
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
  /** An HTTP API writes names in small letters and joins repeated ones by commas. */
  readonly headers?: HeaderFields | null;
  /** A REST API's: names as they were sent, every value of a repeated one. */
  readonly multiValueHeaders?: HeaderFields | null;
  readonly requestContext?: {
    readonly requestId?: unknown;
    /** An HTTP API's. */
    readonly http?: { readonly sourceIp?: unknown };
    /** A REST API's. */
    readonly identity?: { readonly sourceIp?: unknown };
  };
}

type HeaderFields = Readonly<Record<string, unknown>>;

/**
 * Reads a request, the same from both kinds of API. The address is the one API Gateway saw, never one
 * that a header names.
 *
 * @returns a call for every request; what is missing or no text is left out. Never throws.
 */
export function callIn(event: GatewayEvent): ReceivedCall {
  const { body, isBase64Encoded, headers, multiValueHeaders, requestContext } = event;
  return {
    body: textOf(body),
    isBase64Encoded: isBase64Encoded === true,
    contentType: valueOf('content-type', multiValueHeaders ?? headers ?? {}),
    sourceIp: textOf(requestContext?.http?.sourceIp ?? requestContext?.identity?.sourceIp),
  };
}

/** The id that the access log has of a request, and that its caller got in a header of the answer. */
export function requestIdIn({ requestContext }: GatewayEvent): string | undefined {
  return textOf(requestContext?.requestId);
}

/** Every value of a header, joined by commas. */
function valueOf(name: string, headers: HeaderFields): string | undefined {
  const values = Object.entries(headers)
    .filter(([candidate]) => candidate.toLowerCase() === name)
    .flatMap(([, value]) => value)
    .filter((value) => typeof value === 'string');
  return values.length === 0 ? undefined : values.join(',');
}
