import { describe, expect, it } from 'vitest';
import { readSwitch, switchedOff, switchedOn, switchText, withSwitch } from '../../../cli/stacks/profiling-switch';

describe('the switch of a function', () => {
  it.each([
    [{}, true, 1],
    [{ PROFILED_FN_ENABLED: 'true', PROFILED_FN_INSTANCE_FRACTION: '' }, true, 1],
    [{ PROFILED_FN_ENABLED: 'false', PROFILED_FN_INSTANCE_FRACTION: '0.25' }, false, 0.25],
    [{ PROFILED_FN_INSTANCE_FRACTION: '2' }, true, Number.NaN],
  ])('is read from %j', (variables: Record<string, string>, enabled, fraction) => {
    expect(readSwitch(variables)).toEqual({ enabled, fraction });
  });

  it('is written without defaults, and leaves other variables', () => {
    const variables = { STAGE: 'x', PROFILED_FN_ENABLED: 'false', PROFILED_FN_INSTANCE_FRACTION: '0.5' };
    expect(withSwitch(variables, { enabled: true, fraction: 1 })).toEqual({ STAGE: 'x' });
    expect(withSwitch({ STAGE: 'x' }, { enabled: false, fraction: 0.1 })).toEqual({
      STAGE: 'x',
      PROFILED_FN_ENABLED: 'false',
      PROFILED_FN_INSTANCE_FRACTION: '0.1',
    });
  });

  it('keeps the fraction where none is named, but for one that leaves no instance', () => {
    expect(switchedOn({ enabled: false, fraction: 0.1 }, undefined)).toEqual({ enabled: true, fraction: 0.1 });
    expect(switchedOn({ enabled: true, fraction: 0 }, undefined)).toEqual({ enabled: true, fraction: 1 });
    expect(switchedOn({ enabled: true, fraction: Number.NaN }, undefined)).toEqual({ enabled: true, fraction: 1 });
    expect(switchedOn({ enabled: true, fraction: 1 }, 0)).toEqual({ enabled: true, fraction: 0 });
    expect(switchedOff({ enabled: true, fraction: 0.1 })).toEqual({ enabled: false, fraction: 0.1 });
  });

  it.each([
    [true, 1, 'profiled'],
    [true, 0.1, '10 % of the instances'],
    [true, 0.001, '0.1 % of the instances'],
    [true, 0, 'not profiled (0 % of the instances)'],
    [false, 0.1, 'not profiled'],
  ])('has words for %s and %d', (enabled, fraction, text) => {
    expect(switchText({ enabled, fraction })).toBe(text);
  });
});
