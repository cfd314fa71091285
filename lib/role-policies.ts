import { Stack } from 'aws-cdk-lib';
import type { CfnPolicy, CfnRole, IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { isResource, resourceOfRole } from './function-kind';
import { knownText } from './known-text';

/** The limit for all inline policies of a role together, without white space. */
const MAX_INLINE_CHARACTERS = 10_240;
/** CDK moves statements of a role's own policy that are beyond the first into managed policies of the second. */
const CDK_INLINE_CHARACTERS = 10_000;
const CDK_MANAGED_CHARACTERS = 6_000;
const MAX_MANAGED_POLICIES = 10;

const DEFAULT_POLICY_ID = 'DefaultPolicy';

/** The name of the policy for uploads among those that are part of a role. */
const POLICY_NAME = 'ProfiledFnUpload';

/** The statements of that policy, on the resource of the role, for other copies of this library, too. */
const STATEMENTS = Symbol.for('profiled-fn.statements');
type WithStatements = CfnRole & { [STATEMENTS]?: PolicyStatement[] };

/** The resource of a role that is the app's and may be changed. */
export function changeableRole(role: IRole | undefined): CfnRole | undefined {
  const resource = resourceOfRole(role);
  // A role without updates has the resource of another role for its own.
  return resource?.node.scopes.includes(role as IConstruct) ? resource : undefined;
}

/** The policy that CDK makes for the grants of a role, if it has made it. */
export function defaultPolicyOf(role: CfnRole): CfnPolicy | undefined {
  return role.node.scope?.node.tryFindChild(DEFAULT_POLICY_ID)?.node.defaultChild as CfnPolicy | undefined;
}

/**
 * Adds statements to the role itself. There, they are not a resource of the stack, and exist before the function.
 *
 * It does not do so if the role has a policy of CDK, or for a second function. CDK moves statements from that policy to
 * managed ones if they do not fit, and counts no other policy.
 *
 * @returns whether it could
 */
export function addToRole(role: CfnRole, statements: readonly PolicyStatement[]): boolean {
  if (defaultPolicyOf(role) || STATEMENTS in role || !isList(role.policies)) return false;
  Object.defineProperty(role, STATEMENTS, { value: [...statements], configurable: true });
  const policyDocument = {
    Version: '2012-10-17',
    Statement: statements.map((statement) => statement.toStatementJson()),
  };
  role.policies = [...(role.policies ?? []), { policyName: POLICY_NAME, policyDocument }];
  return true;
}

/** Removes the statements for uploads from the role again, for a policy that has more room. */
export function takeFromRole(role: CfnRole): PolicyStatement[] {
  const { [STATEMENTS]: statements = [] } = role as WithStatements;
  if (statements.length === 0 || !isList(role.policies)) return [];
  const others = role.policies?.filter((policy) => (policy as CfnRole.PolicyProperty).policyName !== POLICY_NAME) ?? [];
  role.policies = others.length > 0 ? others : undefined;
  Object.defineProperty(role, STATEMENTS, { value: [], configurable: true });
  return statements;
}

/** Whether the role should have a policy for uploads, and the rendered list of its policies lacks it. */
export function hasLostPolicy(role: CfnRole, rendered: unknown): boolean {
  const { [STATEMENTS]: statements = [] } = role as WithStatements;
  if (statements.length === 0 || (rendered !== undefined && !Array.isArray(rendered))) return false;
  return !(rendered ?? []).some(({ PolicyName }) => PolicyName === POLICY_NAME);
}

function isList(
  policies: CfnRole['policies'],
): policies is Extract<CfnRole['policies'], readonly unknown[] | undefined> {
  return policies === undefined || Array.isArray(policies);
}

/** How many characters the inline policies take at least, of each role that a stack has or attaches policies to. */
export class InlinePolicies {
  /** Sizes by role: of CDK's policy for its grants, which it splits, and of all others. */
  private readonly byCdk = new Map<string, number>();
  private readonly others = new Map<string, number>();

  constructor(private readonly stack: Stack) {}

  /** Counts a policy or a role of the stack. */
  count(construct: IConstruct): void {
    if (isResource(construct, 'AWS::IAM::Policy')) {
      const { roles, policyDocument } = construct as CfnPolicy;
      const size = this.sizeOf(policyDocument);
      const counts = isDefaultPolicy(construct) ? this.byCdk : this.others;
      // A list that is an intrinsic function says nothing.
      for (const role of [this.stack.resolve(roles) ?? []].flat()) increase(counts, JSON.stringify(role), size);
    } else if (isResource(construct, 'AWS::IAM::Role')) {
      increase(this.others, this.identityOf(construct.ref), this.sizeOfOwn(construct as CfnRole));
    }
  }

  /** Counts later additions to the policies of a role. */
  add(role: IRole, size: number): void {
    increase(hasDefaultPolicy(role) ? this.byCdk : this.others, this.identityOf(role.roleName), size);
  }

  of(role: IRole): { byCdk: number; others: number } {
    const identity = this.identityOf(role.roleName);
    return { byCdk: this.byCdk.get(identity) ?? 0, others: this.others.get(identity) ?? 0 };
  }

  private identityOf(roleName: string): string {
    return JSON.stringify(this.stack.resolve(roleName));
  }

  /** At least, of a policy's document. */
  private sizeOf(document: unknown): number {
    return JSON.stringify(knownText(this.stack, document).value ?? '').length;
  }

  private sizeOfOwn({ policies }: CfnRole): number {
    const rendered = this.stack.resolve(policies);
    if (!Array.isArray(rendered)) return 0;
    return rendered.reduce((sum, { policyDocument }) => sum + this.sizeOf(policyDocument), 0);
  }
}

function increase(counts: Map<string, number>, role: string, size: number): void {
  counts.set(role, (counts.get(role) ?? 0) + size);
}

function isDefaultPolicy({ node: { scope: policy } }: IConstruct): boolean {
  const role = policy?.node.id === DEFAULT_POLICY_ID ? policy.node.scope : undefined;
  return isResource(role?.node.defaultChild, 'AWS::IAM::Role');
}

function hasDefaultPolicy(role: IRole): boolean {
  const resource = changeableRole(role);
  return resource !== undefined && defaultPolicyOf(resource) !== undefined;
}

/**
 * The reason why the policies of a function's role are too large, if they are: a sentence with the remedy.
 *
 * @param added characters that the permission to upload is about to add; nothing if it exists already
 */
export function rolePolicyProblem(role: IRole, inline: InlinePolicies, added = 0): string | undefined {
  const { byCdk, others } = inline.of(role);
  const isSplit = hasDefaultPolicy(role);
  const overflow = isSplit ? Math.max(0, byCdk + added - CDK_INLINE_CHARACTERS) : 0;
  if (byCdk + others + added - overflow > MAX_INLINE_CHARACTERS) {
    const more = added > 0 ? `, and the permission to upload ${text(added)} more` : ', with the permission to upload';
    return (
      `the inline policies of the role ${role.node.path} take at least ${text(byCdk + others)} characters${more}. IAM allows ` +
      `${text(MAX_INLINE_CHARACTERS)}: move statements to a managed policy, or give the function a separate role.`
    );
  }
  const resource = overflow > 0 ? changeableRole(role) : undefined;
  if (!resource) return undefined;
  const attached = Stack.of(resource).resolve(resource.managedPolicyArns);
  const managed = (Array.isArray(attached) ? attached.length : 0) + Math.ceil(overflow / CDK_MANAGED_CHARACTERS);
  if (managed <= MAX_MANAGED_POLICIES) return undefined;
  return (
    `the policies of the role ${role.node.path} have no room for the permission to upload: CDK would split them into ` +
    `${managed} managed policies, and IAM allows ${MAX_MANAGED_POLICIES}. Give the function a separate role.`
  );
}

function text(count: number): string {
  return count.toLocaleString('en');
}
