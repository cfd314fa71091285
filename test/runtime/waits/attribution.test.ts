import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { http2Waits } from './support/http2-waits';
import { measureWaits, timeIn, type WaitCases } from './support/measured-waits';
import { nativeWaits } from './support/native-waits';
import { networkWaits } from './support/network-waits';

/** How much of the idle time lies where, `test/conformance/waits` measures: that depends on the machine. */
describe.each([
  { kind: 'the network', waitCases: networkWaits },
  { kind: 'HTTP/2', waitCases: http2Waits },
  { kind: 'threads of Node.js', waitCases: nativeWaits },
])('what is waited for of $kind lies under what awaited it,', ({ waitCases: { client, cases, start } }) => {
  let started: Awaited<ReturnType<WaitCases['start']>>;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(() => started.close());

  it.each(Object.entries(cases))('in %s', async (_name, { waits, stacks, leaves = [] }) => {
    const { wait, wall } = await measureWaits(client + waits, started.environment);
    for (const [mark, functions] of Object.entries(stacks)) {
      expect(timeIn(wait, 'waits', functions), mark).toBeGreaterThan(0);
      expect(timeIn(wait, 'wait', functions), mark).toBeGreaterThan(0);
      expect(timeIn(wall, 'wall', functions), mark).toBeGreaterThan(0);
    }
    for (const leaf of leaves) expect(timeIn(wait, 'wait', [leaf]), leaf).toBeGreaterThan(0);
  });
});
