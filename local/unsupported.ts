import { randomUUID } from 'node:crypto';
import type { HttpRequest, HttpResponse } from './http';
import { QueryError, queryErrorResponse } from './query-protocol';

/**
 * What a service that is not stood in for answers, in a form that the service's own client reads.
 *
 * @param service the name that the request was signed for
 */
export function answerUnsupported(service: string, { headers }: HttpRequest): HttpResponse {
  const message =
    `profiled-fn local stands in for S3, CloudFormation, STS and Lambda only, not for the service "${service}". ` +
    `Set ${endpointVariable(service)} to the URL of a service that does.`;
  const requestId = randomUUID();
  // Clients of the newer protocols read JSON, those of the older ones XML.
  if (!/json|cbor/.test(headers['content-type'] ?? '')) {
    return queryErrorResponse(new QueryError('NotImplemented', message, 501), requestId);
  }
  return {
    status: 501,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': 'NotImplemented',
      'x-amzn-requestid': requestId,
    },
    body: JSON.stringify({ __type: 'NotImplemented', message }),
  };
}

/** Names for signing that differ from those that the SDKs make their variables of. */
const SERVICE_IDS: Record<string, string> = {
  'execute-api': 'APIGATEWAYMANAGEMENTAPI',
  email: 'SESV2',
  events: 'EVENTBRIDGE',
  logs: 'CLOUDWATCH_LOGS',
  monitoring: 'CLOUDWATCH',
  secretsmanager: 'SECRETS_MANAGER',
  states: 'SFN',
};

function endpointVariable(service: string): string {
  const id = Object.hasOwn(SERVICE_IDS, service)
    ? SERVICE_IDS[service]
    : service.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
  return `AWS_ENDPOINT_URL_${id}`;
}
