import type { App, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** What is needed of a package that is installed where integ-runner runs, and nowhere else. */
interface IntegTestsAlpha {
  IntegTest: new (scope: App, id: string, props: { testCases: Stack[]; stackUpdateWorkflow: boolean }) => Construct;
}
const { IntegTest }: IntegTestsAlpha = require('@aws-cdk/integ-tests-alpha');

/** Names the stacks whose templates integ-runner compares. Assets stay out of their snapshots. */
export function integTest(app: App, stacks: Stack[]): void {
  new IntegTest(app, 'Integ', { testCases: stacks, stackUpdateWorkflow: false });
}
