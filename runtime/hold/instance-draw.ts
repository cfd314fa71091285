import type { HeapType } from '../heap/heap-to-pprof';
import { holdRate } from './allowance';
import { processorShare } from './processor-share';

/**
 * With less of a processor than this, about 1 GB, V8's CPU profiler is started while the function is initialized, which
 * Lambda does not throttle, or not at all: after a response it would hold the environment for too long.
 */
const SHARE_FOR_LATE_START = 0.55;
/**
 * Part of the instances whose initialization is sampled; if there is no late start, these are the profiled ones.
 *
 * Starting V8's CPU profiler takes 10 to 30 ms, and on most instances that is to be no part of a cold start. With one in
 * four, three of four cold starts, so the median one, pay nothing of it, and 94 % of functions have such a profile after
 * ten cold starts (one in ten: 65 %).
 */
const INIT_PART = 0.25;
/** Profile types that are made of V8's samples of the stack. */
const OF_STACKS = ['wall', 'wait', 'loop', 'init'];
/** Kinds of initialization that take place before there is an invocation. */
const NOBODY_WAITS = ['provisioned-concurrency', 'lambda-managed-instances'];

/** Part of the instances that sample allocations, where both `alloc` and `heap` are on. */
const ALLOC_PART = 0.5;
/**
 * With less of a processor than this, about 400 MB, an instance never samples allocations: V8 keeps every sample until a
 * collection, and there may be no time for one.
 */
const SHARE_FOR_ALLOC = 0.22;

/** What is known of an instance before the user's code is loaded. */
export interface InstanceFacts {
  profiles: ReadonlySet<string>;
  env: Record<string, string | undefined>;
  /** Not a number where it is not known. */
  memoryMb: number;
  /** Part of the billed time for which instances may be held, on average. */
  costLimit: number;
}

/** What an instance has drawn. */
export interface InstanceDraw {
  /** Whether its initialization is sampled from the first line on. */
  samplesInit: boolean;
  /**
   * Whether it is sampled each millisecond. Where memory is small that is not so, unless `init` was asked for: the change to
   * the interval for invocations would be a second start of V8's profiler, 60 ms of a large function's cold start, whose
   * garbage makes the first response late. It is sampled at that interval from the beginning.
   */
  samplesFinely: boolean;
  /**
   * Whether V8's CPU profiler is to run, at the interval for invocations, when initialization ends: where nobody waits for
   * that, or a start after a response would hold the environment for too long. Other instances that sample their
   * initialization change the interval after their first response.
   */
  settlesInInit: boolean;
  /**
   * Whether work that follows responses is done once during initialization, 30 ms at Lambda's full speed: with a small
   * share of a processor, its first time after a response would hold the environment for long.
   */
  rehearsesInInit: boolean;
  /** What V8's heap sampler samples. It is one, so with both profile types on an instance has one of them. */
  heapType: HeapType | undefined;
  /** For each billed millisecond it may be held for so many; infinite where it does not matter. */
  holdRate: number;
}

/**
 * What this instance does of profiling.
 *
 * @param draw from 0 to 1
 * @param initDraw another one
 * @param heapDraw another one
 * @returns nothing for an instance that runs bare
 */
export function drawInstance(
  facts: InstanceFacts,
  draw: number,
  initDraw: number,
  heapDraw: number,
): InstanceDraw | undefined {
  const { profiles, env, memoryMb, costLimit } = facts;
  const samplesStacks = OF_STACKS.some((type) => profiles.has(type));
  const nobodyWaits = NOBODY_WAITS.includes(env.AWS_LAMBDA_INITIALIZATION_TYPE ?? '');
  const isSmall = samplesStacks && processorShare(memoryMb) < SHARE_FOR_LATE_START;
  const isAll = profiles.has('init') || nobodyWaits || !isSmall;
  const profiledPart = isAll ? 1 : INIT_PART;
  if (draw >= profiledPart) return undefined;
  const samplesInit =
    profiles.has('init') || (profiles.has('wall') && (nobodyWaits || isSmall || initDraw < INIT_PART));
  const samplesFinely = samplesInit && (profiles.has('init') || nobodyWaits || !isSmall);
  return {
    samplesInit,
    samplesFinely,
    settlesInInit: samplesInit ? samplesFinely && (nobodyWaits || isSmall) : isSmall,
    rehearsesInInit: isSmall,
    heapType: drawHeapType(profiles, memoryMb, heapDraw),
    holdRate: costLimit >= 1 ? Number.POSITIVE_INFINITY : holdRate(costLimit, draw, profiledPart),
  };
}

function drawHeapType(profiles: ReadonlySet<string>, memoryMb: number, draw: number): HeapType | undefined {
  const has = {
    heap: profiles.has('heap'),
    alloc: profiles.has('alloc') && processorShare(memoryMb) >= SHARE_FOR_ALLOC,
  };
  if (has.alloc && (!has.heap || draw < ALLOC_PART)) return 'alloc';
  return has.heap ? 'heap' : undefined;
}
