import type { Stack } from 'aws-cdk-lib';

/** A value of a template, as far as its text is known before it is deployed. */
export interface KnownText {
  /** The value, with the known part of each intrinsic function in its place. */
  readonly value: unknown;
  /** How many of them are not known, or not whole. */
  readonly unknown: number;
}

/** Lengths that are the same everywhere, or the shortest; the text does not matter. */
const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** The known part of `value`, which may have tokens: to measure it if a limit counts characters. */
export function knownText(stack: Stack, value: unknown): KnownText {
  let unknown = 0;
  const known = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(known);
    if (typeof each !== 'object' || each === null) return each;
    const entries = Object.entries(each);
    const [[name, argument] = ['', undefined]] = entries;
    if (entries.length !== 1 || !/^(Ref$|Fn::)/.test(name)) {
      return Object.fromEntries(entries.map(([key, member]) => [key, known(member)]));
    }
    if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
      return argument[1].map(known).join(String(argument[0]));
    }
    if (name === 'Ref' && argument === 'AWS::StackName') return stack.stackName;
    const pseudo = name === 'Ref' && PSEUDO_PARAMETERS[String(argument)];
    if (pseudo) return pseudo;
    unknown += 1;
    return name === 'Fn::Sub' ? String([argument].flat()[0]).replace(/\$\{[^}]*\}/g, '') : '';
  };
  return { value: known(stack.resolve(value)), unknown };
}
