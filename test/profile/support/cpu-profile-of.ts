import { Session } from 'node:inspector/promises';
import type { Profile } from '../../../profile/model/profile';
import { cpuToPprof } from '../../../runtime/cpu/cpu-to-pprof';
import { sampledWindows } from '../../../runtime/cpu/sampled-windows';

/** What V8 samples while `run` runs, as the runtime writes it; code in `taskRoot` is the function's. */
export async function cpuProfileOf(run: () => Promise<unknown>, taskRoot: string): Promise<Profile> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 500 });
    await session.post('Profiler.start');
    await run();
    const { profile } = await session.post('Profiler.stop');
    const windows = [{ start: profile.startTime, end: profile.endTime, labels: [] }];
    return cpuToPprof(sampledWindows({ profile, intervalMs: 0.5 }, windows), {
      functionName: 'shop',
      functionVersion: '1',
      runtime: 'nodejs24.x',
      arch: 'x86_64',
      memoryMb: '512',
      codeHash: 'build-1',
      taskRoot,
      runtimeRoot: '/var/runtime',
    });
  } finally {
    session.disconnect();
  }
}
