import { describe, expect, it } from 'vitest';
import type { Location } from '../../profile/model/profile';
import { sourceTexts } from '../../profile/symbols/source-text';
import { at, fn, mapping, profileOf, sample } from './support/profiles';

const noLimits = { perFile: 1000, total: 1000 };

function inBuild(buildId: string, filename: string): Location {
  return { ...at(fn('render', filename)), mapping: mapping({ buildId }) };
}

const nameOfPlace = (file: string, buildId: string) => `${file} of ${buildId}`;

describe('sourceTexts', () => {
  it('has the text of each file that a profile names', () => {
    const profile = profileOf(sample(1, inBuild('1', 'a.ts'), inBuild('1', 'b.ts')), sample(1, at(fn('(idle)'))));
    expect(sourceTexts(profile, nameOfPlace, noLimits)).toEqual(
      new Map([
        ['a.ts', 'a.ts of 1'],
        ['b.ts', 'b.ts of 1'],
      ]),
    );
  });

  it('takes the text of the build with the most samples', () => {
    const profile = profileOf(
      sample(1, inBuild('old', 'a.ts')),
      sample(1, inBuild('new', 'a.ts')),
      sample(2, inBuild('new', 'a.ts')),
    );
    expect([...sourceTexts(profile, nameOfPlace, noLimits).values()]).toEqual(['a.ts of new']);
  });

  it('takes that of another build where this one has none', () => {
    const profile = profileOf(
      sample(1, inBuild('old', 'a.ts')),
      sample(1, inBuild('new', 'a.ts')),
      sample(2, inBuild('new', 'a.ts')),
    );
    const onlyOld = (_: string, buildId: string) => (buildId === 'old' ? 'old text' : undefined);
    expect([...sourceTexts(profile, onlyOld, noLimits).values()]).toEqual(['old text']);
  });

  it('asks for the text of code without a build by an empty id', () => {
    expect([...sourceTexts(profileOf(sample(1, at(fn('f', 'a.js')))), nameOfPlace, noLimits).values()]).toEqual([
      'a.js of ',
    ]);
  });

  it('leaves out a file that is too long, and what finds no room after files with more samples', () => {
    const texts: Record<string, string> = {
      'long.ts': 'x'.repeat(11),
      'rare.ts': 'x'.repeat(6),
      'hot.ts': 'x'.repeat(6),
    };
    const profile = profileOf(
      sample(1, inBuild('1', 'rare.ts'), inBuild('1', 'long.ts'), inBuild('1', 'hot.ts')),
      sample(2, inBuild('1', 'hot.ts')),
    );
    const found = sourceTexts(profile, (file) => texts[file], { perFile: 10, total: 11 });
    expect([...found.keys()]).toEqual(['hot.ts']);
  });
});
