import { describe, expect, it } from 'vitest';
import { emptyProfile, type Fn, type Location } from '../../profile/model/profile';
import { MalformedProfileError } from '../../profile/pprof/malformed-profile-error';
import { readRecording } from '../../ui/recording';
import { FIRST_START, invocationProfile } from './support/invocation-profile';
import { recordingOf } from './support/recordings';

const fn = (name: string): Fn => ({ name, systemName: '', filename: '/src/main.go', startLine: 1 });
const location = (...lines: [name: string, line: number][]): Location => ({
  address: 0,
  isFolded: false,
  lines: lines.map(([name, line]) => ({ fn: fn(name), line, column: 0 })),
});

describe('a recording', () => {
  it('has functions that were inlined below their callers, each at its line', () => {
    const profile = {
      ...emptyProfile([{ type: 'cpu', unit: 'nanoseconds' }]),
      samples: [{ locations: [location(['inner', 7], ['outer', 5]), location(['main', 3])], values: [1], labels: [] }],
    };
    const { table } = recordingOf(profile);
    expect(Array.from(table.path, (frame, i) => `${table.frames[frame].name}:${table.line[i]}`)).toEqual([
      'main:3',
      'outer:5',
      'inner:7',
    ]);
  });

  it('tells what of the snapshots it holds, as fetch has noted it', () => {
    const profile = emptyProfile([{ type: 'x', unit: 'count' }]);
    const comments = ['a comment of others', 'profiled-fn: only --errors --slowest 5%'];
    expect([recordingOf({ ...profile, comments }).selection, recordingOf(profile).selection]).toEqual([
      '--errors --slowest 5%',
      '',
    ]);
  });

  it('has values beyond 32 bits, and negative ones', () => {
    const profile = {
      ...emptyProfile([{ type: 'x', unit: 'count' }]),
      samples: [5e12, -5e12, -1, 2 ** 53 - 1, 0].map((value) => ({
        locations: [location(['main', 1])],
        values: [value],
        labels: [],
      })),
    };
    expect([...recordingOf(profile).table.values[0]]).toEqual([5e12, -5e12, -1, 2 ** 53 - 1, 0]);
  });

  it('has each set of labels once, and invocations with theirs', () => {
    const recording = recordingOf(
      invocationProfile([
        {
          start: 0.5,
          millis: 30,
          stacks: [
            ['a', 10],
            ['b', 20],
          ],
        },
      ]),
    );
    expect([...recording.labels.ofSample]).toEqual([0, 0, 1]);
    expect(recording.labels.sets.map(({ isRecord }) => isRecord)).toEqual([false, true]);
    expect(recording.invocations).toMatchObject([{ start: FIRST_START + 0.5, wallNanos: 30e6, set: 1 }]);
    expect(recording.startMillis).toBe(FIRST_START);
  });

  it('of what is no profile is refused', () => {
    expect(() => readRecording(Uint8Array.of(1, 2, 3))).toThrow(MalformedProfileError);
    expect(() => readRecording(new Uint8Array())).toThrow('it is empty');
  });
});
