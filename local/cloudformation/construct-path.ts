import type { AssemblyStack } from '../cloud-assembly';
import type { TemplateResource } from './template';

/**
 * Path of a resource's construct below the app. The CDK's command line writes it into the template; an app that
 * synthesizes by itself leaves it in the assembly's metadata only.
 *
 * @param stackPath path of the stack, or nested stack, whose template has the resource
 */
export function constructPathOf(
  logicalId: string,
  resource: TemplateResource,
  stackPath: string,
  source: AssemblyStack,
): string | undefined {
  const path = resource.Metadata?.['aws:cdk:path'];
  if (typeof path === 'string') return path.startsWith(`${source.constructPath}/`) ? path : undefined;
  // A logical id is made from the path below its stack. So where nested stacks have the same one, their paths end
  // alike, and the shortest below a stack is that stack's own.
  return source.pathsOfLogicalIds
    .get(logicalId)
    ?.filter((candidate) => candidate.startsWith(`${stackPath}/`))
    .sort((a, b) => a.length - b.length)[0];
}
