import { Random } from '../../profile/support/random';

/** A function of the example app. */
export type ExampleFunction = 'Checkout' | 'Invoice' | 'Report';

/** What S3 does with an upload of the sampler. `cut`: it reads a part of the body and closes the connection. */
export type UploadFault = 'slow' | '500' | '503' | 'reset' | 'hang' | 'cut';

/** What happens around one invocation. */
export interface PlannedInvocation {
  /** Which of the function's events, from 0. */
  event: number;
  /** Pause before it, while the environment is frozen, milliseconds. */
  pauseMs: number;
  /** Added to the wall clock of the function from here on, milliseconds. */
  clockOffsetMs: number;
  /** `idle`: the process is killed before the invocation; `busy`: so many milliseconds after its begin. */
  kill?: { when: 'idle' } | { when: 'busy'; afterMs: number };
}

/** One step of a chaos run: an environment of one function, and everything that is done to it. */
export interface Step {
  seed: number;
  fn: ExampleFunction;
  /** Value of PROFILED_FN_PROFILES. */
  profiles: string;
  snapshotIntervalMs: number;
  /** Value of PROFILED_FN_COST_LIMIT: with a large one there are uploads after most responses, not only at the end. */
  costLimit: number;
  /** How often an upload goes wrong, from 0 to 1, and in which ways. */
  faults: { probability: number; kinds: UploadFault[] };
  /** Whether each write to a file fails with ENOSPC. */
  fullDisk: boolean;
  invocations: PlannedInvocation[];
}

const FUNCTIONS: readonly ExampleFunction[] = ['Checkout', 'Invoice', 'Report'];
/** `init` in all of them: the instance is profiled without a draw. */
const PROFILE_SETS = [
  'wall,heap,init,custom',
  'wall,init',
  'heap,init',
  'wall,wait,init',
  'wall,heap,init,wait,loop,async,thread,gc,custom',
] as const;
const FAULTS: readonly UploadFault[] = ['slow', '500', '503', 'reset', 'hang', 'cut'];
const MINUTE_MS = 60_000;

/** The step of a seed: always the same. */
export function planStep(seed: number): Step {
  const random = new Random(seed);
  const fn = random.pick(FUNCTIONS);
  const kills = random.chance(0.4);
  const jumps = random.chance(0.4);
  const faulty = random.chance(0.7);
  let clockOffsetMs = 0;
  const invocations = Array.from({ length: 8 + random.below(12) }, (_, index): PlannedInvocation => {
    // Report asks for the orders of a period that ends now: its answer changes with jumps of days.
    if (jumps && random.chance(0.3)) {
      const farthest = fn === 'Report' ? 5 * MINUTE_MS : 24 * 60 * MINUTE_MS;
      clockOffsetMs = random.pick([0, 1, -1]) * random.below(farthest);
    }
    return {
      event: random.below(1000),
      pauseMs: random.chance(0.5) ? 0 : random.below(400),
      clockOffsetMs,
      ...(kills && index > 0 && random.chance(0.15) ? { kill: plannedKill(random) } : {}),
    };
  });
  return {
    seed,
    fn,
    profiles: random.pick(PROFILE_SETS),
    snapshotIntervalMs: random.pick([1, 200, 1000]),
    costLimit: random.pick([0.01, 0.99, 0.99]),
    faults: {
      probability: faulty ? random.pick([0.2, 0.6, 1]) : 0,
      kinds: random.shuffled(FAULTS).slice(0, 1 + random.below(FAULTS.length)),
    },
    fullDisk: random.chance(0.2),
    invocations,
  };
}

function plannedKill(random: Random): PlannedInvocation['kill'] {
  return random.chance(0.5) ? { when: 'idle' } : { when: 'busy', afterMs: random.below(30) };
}

/** A step in one line. */
export function describeStep({ seed, fn, profiles, faults, fullDisk, invocations }: Step): string {
  const kills = invocations.filter(({ kill }) => kill).length;
  const jumps = new Set(invocations.map(({ clockOffsetMs }) => clockOffsetMs)).size - 1;
  return [
    `${seed}: ${fn}, ${invocations.length} invocations, ${profiles}`,
    ...(faults.probability > 0 ? [`S3 ${faults.kinds.join('/')} at ${faults.probability}`] : []),
    ...(kills > 0 ? [`${kills} kills`] : []),
    ...(jumps > 0 ? [`${jumps} clock jumps`] : []),
    ...(fullDisk ? ['full disk'] : []),
  ].join('; ');
}
