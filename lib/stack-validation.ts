import type { Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { rolePolicyProblem } from './role-policies';
import { StackSurvey } from './stack-survey';

/** The roles of a stack's profiled functions, for other copies of this library, too. */
const ROLES = Symbol.for('profiled-fn.roles');
type WithRoles = Stack & { [ROLES]?: Set<IRole> };

/**
 * Makes the synthesis fail if CloudFormation would reject the template of a stack with profiled functions. It counts
 * the complete stack, which may have more than when a function was profiled.
 *
 * @param role that of a profiled function
 */
export function validateStack(stack: WithRoles, role: IRole | undefined): void {
  if (!stack[ROLES]) {
    const roles = new Set<IRole>();
    Object.defineProperty(stack, ROLES, { value: roles });
    stack.node.addValidation({
      validate: () => {
        const survey = new StackSurvey(stack);
        const ofRoles = [...roles].map((each) => rolePolicyProblem(each, survey.inlinePolicies));
        return [...survey.problems(), ...ofRoles.filter((problem) => problem !== undefined)];
      },
    });
  }
  if (role) stack[ROLES]?.add(role);
}
