/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type JsonObject = { [key: string]: Json };

/** The parts of a CloudFormation template that matter here, as JSON. */
export interface Template {
  Description?: string;
  /** Macros that rewrite the template before it is deployed. */
  Transform?: Json;
  Parameters?: Record<string, TemplateParameter>;
  Mappings?: JsonObject;
  Conditions?: JsonObject;
  Resources?: Record<string, TemplateResource>;
  Outputs?: Record<string, TemplateOutput>;
}

export interface TemplateParameter {
  Type: string;
  Default?: Json;
}

export interface TemplateResource {
  /** Absent if a transform stands for the resource. */
  Type?: string;
  Properties?: JsonObject;
  DependsOn?: string | string[];
  Condition?: string;
  Metadata?: JsonObject;
}

export interface TemplateOutput {
  Value: Json;
  Description?: string;
  Export?: { Name: Json };
  Condition?: string;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
