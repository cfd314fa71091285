import { expect, it } from 'vitest';
import { speedscopeJson } from '../../../ui/export/speedscope';
import { foldedProfile } from '../support/folded-profile';
import { recordingOf } from '../support/recordings';

it('speedscope gets a profile for each sample type, without what is zero there', () => {
  const types = [
    { type: 'samples', unit: 'count' },
    { type: 'cpu', unit: 'nanoseconds' },
  ];
  const profile = foldedProfile(types, [
    ['handler@/var/task/a.ts;JSON.parse', 1, 10],
    ['(idle)', 2, 0],
  ]);
  expect(JSON.parse(speedscopeJson(recordingOf(profile), types, 'Checkout'))).toEqual({
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'profiled-fn',
    name: 'Checkout',
    shared: {
      frames: [{ name: 'JSON.parse' }, { name: 'handler', file: '/var/task/a.ts', line: 1 }, { name: '(idle)' }],
    },
    profiles: [
      {
        type: 'sampled',
        name: 'Checkout: samples',
        unit: 'none',
        startValue: 0,
        endValue: 3,
        samples: [[1, 0], [2]],
        weights: [1, 2],
      },
      {
        type: 'sampled',
        name: 'Checkout: cpu',
        unit: 'nanoseconds',
        startValue: 0,
        endValue: 10,
        samples: [[1, 0]],
        weights: [10],
      },
    ],
  });
});
