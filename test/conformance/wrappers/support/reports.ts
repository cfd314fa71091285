import { WireReader } from '../../../../profile/pprof/wire-reader';

/** What vendors' back ends receive, as texts, without times, ids and what else differs between any two runs. */

interface SentryEvent {
  type?: string;
  transaction?: string;
  spans?: { op?: string; description?: string }[];
  exception?: { values: { type: string; value: string; mechanism?: object }[] };
}

/** Lines: the head of the envelope, and for each item a head and its content. */
export function sentryItems(envelope: string): string[] {
  const lines = envelope.split('\n').slice(1);
  return lines.flatMap((line, i) => {
    if (i % 2 === 1 || line === '') return [];
    const { type } = JSON.parse(line) as { type: string };
    if (type !== 'event' && type !== 'transaction') return [];
    const { transaction, spans = [], exception } = JSON.parse(lines[i + 1]) as SentryEvent;
    const errors = exception?.values.map(({ type: name, value, mechanism }) => ({ name, value, mechanism }));
    return [
      JSON.stringify({
        type,
        transaction,
        spans: spans.map(({ op, description }) => `${op} ${description}`).sort(),
        errors,
      }),
    ];
  });
}

interface Segment {
  name: string;
  namespace?: string;
  http?: { request?: { method?: string; url?: string }; response?: { status?: number } };
  aws?: { operation?: string };
  annotations?: object;
  metadata?: object;
  error?: boolean;
  fault?: boolean;
  cause?: { exceptions?: { type: string; message: string }[] } | string;
  subsegments?: Segment[];
}

/** A segment or subsegment as X-Ray's daemon receives it. */
export function xraySegment(json: string): string {
  return JSON.stringify(segmentOf(JSON.parse(json) as Segment));
}

function segmentOf({ cause, subsegments = [], aws, ...segment }: Segment): object {
  const { name, namespace, http, annotations, metadata, error, fault } = segment;
  // A text is the id of the subsegment that has the exceptions.
  const exceptions = typeof cause === 'object' ? cause.exceptions : cause && 'elsewhere';
  return {
    name,
    namespace,
    http,
    operation: aws?.operation,
    annotations,
    metadata,
    error,
    fault,
    exceptions: Array.isArray(exceptions) ? exceptions.map(({ type, message }) => [type, message]) : exceptions,
    subsegments: subsegments.map(segmentOf),
  };
}

interface LumigoSpan {
  type: string;
  name?: string;
  event?: string;
  return_value?: string;
  error?: { type: string; message: string };
  info?: {
    httpInfo?: { host?: string; request?: { method?: string; uri?: string }; response?: { statusCode?: number } };
  };
}

/** A list of spans in JSON. */
export function lumigoSpans(body: string): string[] {
  return (JSON.parse(body) as LumigoSpan[]).map(({ type, name, event, return_value, error, info }) => {
    const { host, request, response } = info?.httpInfo ?? {};
    return JSON.stringify({
      type,
      name,
      event,
      return_value,
      error: error && [error.type, error.message],
      http: [host, request?.method, request?.uri, response?.statusCode],
    });
  });
}

/** Events and spans, each with its own attributes in front. */
interface NewRelicData {
  analytic_event_data?: [agent: unknown, counts: unknown, events: [Record<string, unknown>, ...unknown[]][]];
  span_event_data?: [agent: unknown, counts: unknown, events: [Record<string, unknown>, ...unknown[]][]];
  error_data?: [agent: unknown, errors: [time: unknown, transaction: string, message: string, type: string][]];
}

export function newRelicEvents({ analytic_event_data, span_event_data, error_data }: NewRelicData): string {
  const transactions = analytic_event_data?.[2].map(([{ type, name, error }]) => [type, name, error]);
  const spans = span_event_data?.[2].map(([{ category, name, 'span.kind': kind }]) => [category, name, kind]);
  const errors = error_data?.[1].map(([, transaction, message, type]) => [transaction, message, type]);
  return JSON.stringify({ transactions, spans: spans?.map((span) => JSON.stringify(span)).sort(), errors });
}

/** Numbers of fields in OpenTelemetry's messages: `ExportTraceServiceRequest` has resources, these have scopes. */
const FIELDS = { resourceSpans: 1, scopeSpans: 2, scope: 1, scopeName: 1, spans: 2, status: 15, statusMessage: 2 };
const SPAN = { name: 5, kind: 6 };

/** Each span’s scope, name, kind and the message of its status. */
export function otlpSpans(request: Uint8Array): string[] {
  return messages(request, FIELDS.resourceSpans)
    .flatMap((resource) => messages(resource, FIELDS.scopeSpans))
    .flatMap((scopeSpans) => {
      const [scope = new Uint8Array()] = messages(scopeSpans, FIELDS.scope);
      const scopeName = texts(scope, FIELDS.scopeName);
      return messages(scopeSpans, FIELDS.spans).map((span) => {
        const status = messages(span, FIELDS.status).flatMap((each) => texts(each, FIELDS.statusMessage));
        return JSON.stringify([...scopeName, ...texts(span, SPAN.name), numberIn(span, SPAN.kind), ...status]);
      });
    });
}

function messages(message: Uint8Array, field: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const reader = new WireReader(message); reader.nextField(); ) {
    if (reader.field !== field) {
      reader.skip();
      continue;
    }
    reader.span();
    found.push(message.subarray(reader.start, reader.end));
  }
  return found;
}

function texts(message: Uint8Array, field: number): string[] {
  return messages(message, field).map((text) => Buffer.from(text).toString());
}

function numberIn(message: Uint8Array, field: number): number | undefined {
  for (const reader = new WireReader(message); reader.nextField(); ) {
    if (reader.field === field) return Number(reader.int());
    reader.skip();
  }
  return undefined;
}
