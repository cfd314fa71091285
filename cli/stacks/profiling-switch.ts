import { DEFAULT_INSTANCE_FRACTION, Variable } from '../../lib/contract/environment';

/** Whether a function is profiled, and which part of its instances. */
export interface ProfilingSwitch {
  enabled: boolean;
  /** 0 to 1; NaN where the variable holds no such number, which leaves the function unprofiled. */
  fraction: number;
}

/** What a function's variables say, as the function itself reads them. */
export function readSwitch(variables: Record<string, string>): ProfilingSwitch {
  const fraction = Number(variables[Variable.INSTANCE_FRACTION] || DEFAULT_INSTANCE_FRACTION);
  return {
    enabled: variables[Variable.ENABLED] !== 'false',
    fraction: fraction >= 0 && fraction <= 1 ? fraction : Number.NaN,
  };
}

/** `variables` with another switch. Only what differs from the defaults is set; all else stays as it is. */
export function withSwitch(
  { [Variable.ENABLED]: _, [Variable.INSTANCE_FRACTION]: __, ...variables }: Record<string, string>,
  { enabled, fraction }: ProfilingSwitch,
): Record<string, string> {
  return {
    ...variables,
    ...(enabled ? {} : { [Variable.ENABLED]: 'false' }),
    ...(fraction === DEFAULT_INSTANCE_FRACTION ? {} : { [Variable.INSTANCE_FRACTION]: String(fraction) }),
  };
}

/** Turned on, for a part of the instances where one is named; what would leave none is all. */
export function switchedOn({ fraction }: ProfilingSwitch, wanted: number | undefined): ProfilingSwitch {
  return { enabled: true, fraction: wanted ?? (fraction > 0 ? fraction : 1) };
}

/** Turned off; the part of the instances stays, for when it is turned on again. */
export function switchedOff({ fraction }: ProfilingSwitch): ProfilingSwitch {
  return { enabled: false, fraction: Number.isNaN(fraction) ? 1 : fraction };
}

export function sameSwitch(a: ProfilingSwitch, b: ProfilingSwitch): boolean {
  return a.enabled === b.enabled && a.fraction === b.fraction;
}

/** For people: `profiled`, `10 % of the instances`, `not profiled`. */
export function switchText({ enabled, fraction }: ProfilingSwitch): string {
  if (!enabled) return 'not profiled';
  if (Number.isNaN(fraction)) return `not profiled (${Variable.INSTANCE_FRACTION} is not a number from 0 to 1)`;
  if (fraction === 0) return 'not profiled (0 % of the instances)';
  return fraction === 1 ? 'profiled' : `${Number((fraction * 100).toPrecision(3))} % of the instances`;
}
