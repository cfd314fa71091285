import { type ConditionBlock, evaluateConditions, type RequestContext, substituteVariables } from './conditions';
import { matchesWildcard } from './wildcard';

/** A policy as IAM and templates have it. */
export interface PolicyDocument {
  Statement: Statement | Statement[];
}

export interface Statement {
  Effect: 'Allow' | 'Deny';
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  /** In policies of resources only. */
  Principal?: PrincipalElement;
  NotPrincipal?: PrincipalElement;
  Condition?: ConditionBlock;
}

export type PrincipalElement = '*' | Record<string, string | string[]>;

/** Who asks. */
export interface Principal {
  /** ARN of the role or user. */
  arn: string;
  /** ARN of the session, where a role was assumed: what error messages call the user. */
  sessionArn?: string;
  accountId: string;
  /** At home in all of an app's accounts, as a person is who has a login for each. */
  everyAccount?: boolean;
  /** Identity policies, attached and inline alike. */
  policies: PolicyDocument[];
  /** What a permissions boundary allows at most. */
  boundary?: PolicyDocument[];
}

/** What is asked for. */
export interface AccessRequest {
  /** For example `s3:PutObject`. */
  action: string;
  /** ARN, for example `arn:aws:s3:::bucket/key`. */
  resource: string;
  /** Account that owns the resource; absent if that is the principal's own. */
  resourceAccountId?: string;
  context: RequestContext;
}

export type Decision = { allowed: true } | { allowed: false; reason: string };

type Effect = 'Allow' | 'Deny' | undefined;

/**
 * IAM's decision: an explicit deny wins; in one account an allow of either side is enough, across accounts both sides
 * must allow.
 *
 * @param resourcePolicies policies of the resource, such as a bucket's
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(request: AccessRequest, principal: Principal, resourcePolicies: PolicyDocument[]): Decision {
  const identity = effectOf(principal.policies, request);
  const resource = effectOf(resourcePolicies, request, principal);
  const boundary = principal.boundary ? effectOf(principal.boundary, request) : 'Allow';
  if (identity === 'Deny') return denied(request, principal, 'with an explicit deny in an identity-based policy');
  if (resource === 'Deny') return denied(request, principal, 'with an explicit deny in a resource-based policy');
  if (boundary !== 'Allow') {
    return denied(request, principal, `because no permissions boundary allows the ${request.action} action`);
  }
  const sameAccount =
    principal.everyAccount || (request.resourceAccountId ?? principal.accountId) === principal.accountId;
  const allowed = sameAccount
    ? identity === 'Allow' || resource === 'Allow'
    : identity === 'Allow' && resource === 'Allow';
  if (allowed) return { allowed: true };
  const missing = identity === 'Allow' ? 'resource-based' : 'identity-based';
  return denied(request, principal, `because no ${missing} policy allows the ${request.action} action`);
}

/** Worded as AWS does. */
function denied({ action, resource }: AccessRequest, { arn, sessionArn }: Principal, reason: string): Decision {
  return {
    allowed: false,
    reason: `User: ${sessionArn ?? arn} is not authorized to perform: ${action} on resource: "${resource}" ${reason}`,
  };
}

/** @param principal given for policies of resources, whose statements name principals */
function effectOf(policies: PolicyDocument[], request: AccessRequest, principal?: Principal): Effect {
  let effect: Effect;
  for (const statement of policies.flatMap((policy) => policy.Statement)) {
    if (!applies(statement, request, principal)) continue;
    if (statement.Effect === 'Deny') return 'Deny';
    effect = 'Allow';
  }
  return effect;
}

function applies(statement: Statement, request: AccessRequest, principal: Principal | undefined): boolean {
  if (principal && !matchesPrincipal(statement, principal, request)) return false;
  if (!matchesAction(statement, request.action) || !matchesResource(statement, request)) return false;
  const conditions = evaluateConditions(statement.Condition ?? {}, request.context);
  // What is not understood never gives access: an allow with it does not allow, a deny with it denies.
  return conditions === 'true' || (conditions === 'unknown' && statement.Effect === 'Deny');
}

function matchesAction({ Action, NotAction }: Statement, action: string): boolean {
  const matches = (patterns: string | string[]) =>
    [patterns].flat().some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase()));
  if (Action !== undefined) return matches(Action);
  return NotAction !== undefined && !matches(NotAction);
}

function matchesResource({ Resource, NotResource }: Statement, { resource, context }: AccessRequest): boolean {
  const matches = (patterns: string | string[]) =>
    [patterns].flat().some((pattern) => {
      const text = substituteVariables(pattern, context);
      return text !== undefined && matchesWildcard(text, resource);
    });
  if (Resource !== undefined) return matches(Resource);
  return NotResource !== undefined && !matches(NotResource);
}

function matchesPrincipal(
  { Effect, Principal: wanted, NotPrincipal: unwanted }: Statement,
  principal: Principal,
  request: AccessRequest,
): boolean {
  if (wanted !== undefined) return namesPrincipal(wanted, principal, Effect, request);
  if (unwanted === undefined) return false;
  // NotPrincipal with Allow is what AWS advises against most; here it gives nothing.
  return Effect === 'Deny' && !namesPrincipal(unwanted, principal, Effect, request);
}

function namesPrincipal(
  element: PrincipalElement,
  { arn, sessionArn, accountId }: Principal,
  effect: 'Allow' | 'Deny',
  { resourceAccountId = accountId }: AccessRequest,
): boolean {
  if (element === '*') return true;
  return [element.AWS ?? []].flat().some((name) => {
    if (name === '*' || name === arn || name === sessionArn) return true;
    if (name !== accountId && name !== `arn:aws:iam::${accountId}:root`) return false;
    // An allow for the account only lets its identity policies decide, and in the resource's own account they do anyway.
    return effect === 'Deny' || resourceAccountId !== accountId;
  });
}
