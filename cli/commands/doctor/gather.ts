import { listingPrefix, parseSnapshotKey } from '../../../lib/contract/keys';
import { forEachBounded } from '../../aws/bounded';
import { openBucket } from '../../aws/bucket';
import { bucketRegion, objectMetadata } from '../../aws/bucket-facts';
import { type Lambda, openLambda } from '../../aws/lambda';
import type { Session } from '../../aws/session';
import { type DescribedStack, type ProfiledStack, profiledStack, type StackFunction } from '../../stacks/stack-outputs';
import { CommandError } from '../../terminal/command-error';
import type { FunctionFacts, Problem, StackFacts, StoreFacts } from './facts';

/** Functions that Lambda is asked about at a time. */
const atATime = 4;

/** The latest snapshot of a function, and how many there are. */
interface Seen {
  count: number;
  instances: Set<string>;
  last?: { bucket: string; key: string; written: Date };
}

/**
 * Looks at a stack, its buckets and its functions. What cannot be looked at becomes a fact too.
 *
 * @throws what is no CommandError
 */
export async function gatherFacts(session: Session, described: DescribedStack, now: Date): Promise<StackFacts> {
  const facts = { name: described.name, region: session.region, status: described.status, now };
  const { value: stack, problem: outputsProblem } = await attempt(async () => profiledStack(described));
  if (!stack) return { ...facts, ...(outputsProblem && { outputsProblem }), stores: [], functions: [] };
  const seen = new Map(stack.functions.map(({ name }): [string, Seen] => [name, { count: 0, instances: new Set() }]));
  const stores = await Promise.all(stack.stores.map((store) => lookIntoStore(session, stack, store, seen)));
  const lambda = openLambda(session);
  try {
    const functions = stack.functions.map(
      ({ name, lambdaName }): FunctionFacts => ({ name, lambdaName, snapshots: { count: 0, instances: 0 } }),
    );
    await forEachBounded(functions, atATime, async (fn) => {
      Object.assign(fn, await lookAtFunction(lambda, fn), await lookAtSnapshots(session, seen.get(fn.name)));
    });
    return { ...facts, stack, stores, functions };
  } finally {
    lambda.close();
  }
}

/** Lists a bucket once for all functions of the stack. */
async function lookIntoStore(
  session: Session,
  stack: ProfiledStack,
  store: { bucket: string; prefix: string },
  seen: Map<string, Seen>,
): Promise<StoreFacts> {
  const bucket = openBucket(session, store.bucket);
  try {
    const { problem } = await attempt(async () => {
      for await (const page of bucket.list(listingPrefix(store.prefix, stack.name))) {
        for (const { key, lastModified } of page) {
          const parsed = parseSnapshotKey(key, store.prefix);
          const of = parsed && seen.get(parsed.function);
          if (!parsed || !of) continue;
          of.count++;
          of.instances.add(parsed.instance);
          if (!of.last || of.last.written < lastModified)
            of.last = { bucket: store.bucket, key, written: lastModified };
        }
      }
    });
    if (problem) return { ...store, problem };
    return { ...store, region: await bucketRegion(session, store.bucket) };
  } finally {
    bucket.close();
  }
}

async function lookAtFunction(lambda: Lambda, { lambdaName }: StackFunction): Promise<Partial<FunctionFacts>> {
  const { value, problem } = await attempt(() => lambda.configuration(lambdaName));
  return problem ? { problem } : { configuration: value };
}

async function lookAtSnapshots(session: Session, seen: Seen | undefined): Promise<Partial<FunctionFacts>> {
  const { count = 0, instances = new Set(), last } = seen ?? {};
  const snapshots = { count, instances: instances.size, ...(last && { last: last.written }) };
  if (!last) return { snapshots };
  const { value, problem } = await attempt(() => objectMetadata(session, last.bucket, last.key));
  return { snapshots, ...(problem ? { metadataProblem: problem } : { metadata: value }) };
}

async function attempt<T>(work: () => Promise<T>): Promise<{ value?: T; problem?: Problem }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { problem: { message: error.message, remedy: error.remedy } };
  }
}
