import { afterAll, beforeAll, describe, it } from 'vitest';
import { http2Waits } from '../../runtime/waits/support/http2-waits';
import { measureWaits, type WaitCases } from '../../runtime/waits/support/measured-waits';
import { nativeWaits } from '../../runtime/waits/support/native-waits';
import { networkWaits } from '../../runtime/waits/support/network-waits';
import { expectWithinLimits } from '../support/measured';
import { attributionErrors } from './support/attribution-errors';

describe.each([
  { kind: 'the network', waitCases: networkWaits },
  { kind: 'HTTP/2', waitCases: http2Waits },
  { kind: 'threads of Node.js', waitCases: nativeWaits },
])('idle time lies where the handler measured it, of $kind,', ({ waitCases: { client, cases, start } }) => {
  let started: Awaited<ReturnType<WaitCases['start']>>;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(() => started.close());

  it.each(Object.entries(cases))('in %s', async (_name, { waits, stacks }) => {
    await expectWithinLimits(async () =>
      attributionErrors(await measureWaits(client + waits, started.environment), stacks),
    );
  });
});
