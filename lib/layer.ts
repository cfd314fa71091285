import { Stack } from 'aws-cdk-lib';
import { Architecture, type CfnLayerVersion, Code, type ILayerVersion, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { LAYER_FOLDER } from './code-size-problem';
import { LAYER_ID } from './contract/places';

/** Whether a stack has the layer. */
export function hasLayer(stack: Stack): boolean {
  return stack.node.tryFindChild(LAYER_ID) !== undefined;
}

/** The layer with the sampler, one for each stack (nested ones too). */
export function samplerLayer(scope: IConstruct): ILayerVersion {
  const stack = Stack.of(scope);
  const existing = stack.node.tryFindChild(LAYER_ID);
  if (existing) return existing as LayerVersion;

  const layer = new LayerVersion(stack, LAYER_ID, {
    description: 'Sampler of profiled-fn',
    license: 'Apache-2.0',
    code: Code.fromAsset(LAYER_FOLDER),
    compatibleArchitectures: [Architecture.X86_64, Architecture.ARM_64],
  });
  // Not as a prop: the construct would then refuse functions whose runtime is a token (`determineLatestNodeRuntime`)
  // or newer than this list, which to Lambda is a hint only.
  (layer.node.defaultChild as CfnLayerVersion).compatibleRuntimes = ['nodejs20.x', 'nodejs22.x', 'nodejs24.x'];
  return layer;
}
