import { describe, expect, it } from 'vitest';
import { conflictAtStart, conflictOnceLoaded, tooLittleMemory } from '../../../runtime/lambda/stand-aside';

const alone = { env: {}, execArgv: [], inspectorUrl: undefined };

describe('the profiler stands aside', () => {
  it.each([
    '--inspect',
    '--inspect=0.0.0.0:9229',
    '--inspect-brk',
    '--inspect-wait',
    '--cpu-prof',
    '--heap-prof',
    '--prof',
  ])('when Node.js runs with %s, by either way', (option) => {
    const byArgument = conflictAtStart({ ...alone, execArgv: ['--expose-gc', option] });
    const byVariable = conflictAtStart({ ...alone, env: { NODE_OPTIONS: `--enable-source-maps  ${option}` } });
    expect(byArgument).toMatchObject({ cause: `Node.js runs with ${option}` });
    expect(byVariable).toEqual(byArgument);
  });

  it('when a debugger may attach', () => {
    const inspectorUrl = 'ws://127.0.0.1:9229/x';
    expect(conflictAtStart({ ...alone, inspectorUrl })?.cause).toBe('a debugger may attach to this process');
  });

  it.each(['true', '1', 'auto'])('when Datadog’s profiler is on (%s)', (value) => {
    expect(conflictAtStart({ ...alone, env: { DD_PROFILING_ENABLED: value } })?.cause).toContain('Datadog');
  });

  it('not without a reason', () => {
    const env = { NODE_OPTIONS: '--inspect-publish-uid=http --profile-me --max-old-space-size=400' };
    expect(conflictAtStart({ ...alone, env })).toBeUndefined();
    expect(conflictAtStart({ ...alone, env: { DD_PROFILING_ENABLED: 'false' } })).toBeUndefined();
    expect(conflictAtStart({ ...alone, execArgv: ['--expose-gc'] })).toBeUndefined();
  });

  it.each([
    ['/var/task/node_modules/@datadog/pprof/prebuilds/linux-x64/node-127.node', '@datadog/pprof'],
    ['/var/task/node_modules/@sentry/profiling-node/lib/index.js', '@sentry/profiling-node'],
    ['/var/task/node_modules/@sentry-internal/node-cpu-profiler/lib/x.node', '@sentry-internal/node-cpu-profiler'],
    ['C:\\app\\node_modules\\@datadog\\pprof\\index.js', '@datadog/pprof'],
  ])('when %s is loaded', (path, name) => {
    expect(conflictOnceLoaded(['/var/task/index.js', path])?.cause).toBe(`another profiler is loaded: ${name}`);
  });

  it('not for other packages of their makers', () => {
    const paths = ['/var/task/node_modules/@sentry/node/index.js', '/var/task/node_modules/dd-trace/index.js'];
    expect(conflictOnceLoaded(paths)).toBeUndefined();
    expect(conflictOnceLoaded()).toBeUndefined();
  });

  it('when the function has little memory left', () => {
    const MB = 1024 * 1024;
    expect(tooLittleMemory(113 * MB, 128)?.cause).toBe(
      'too little memory is left: 113 of 128 MB are in use after initialization',
    );
    expect(tooLittleMemory(112 * MB, 128)).toBeUndefined();
    expect(tooLittleMemory(60 * MB, 128)).toBeUndefined();
    expect(tooLittleMemory(60 * MB, Number.NaN)).toBeUndefined();
  });
});
