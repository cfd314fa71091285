import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ControlGroup, type ControlGroupRoots, controlGroupRoots, vcpusOf } from '../../../local/lambda/control-group';
import { cleanUp, codeDirectory, deployedFunction, json, options, start, until } from './support/function-under-test';

/** A file system of the kernel's. */
function kernel(files: Record<string, string>) {
  return (path: string) => files[path] ?? '';
}

const V1_MOUNTS = `31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
`;
const V2_MOUNTS = '41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n';
const V2_GROUP = '0::/user.slice/app.slice/shell.scope\n';

describe('where control groups can be made', () => {
  it('below this process’s own, with version 1 (beside version 2 without controllers, too)', () => {
    const read = kernel({
      '/proc/self/mountinfo': V1_MOUNTS,
      '/proc/self/cgroup': '4:memory:/jobs/a:b\n2:cpu,cpuacct:/\n0::/\n',
    });
    expect(controlGroupRoots(read, 'linux')).toEqual({
      version: 1,
      cpu: '/sys/fs/cgroup/cpu,cpuacct',
      memory: '/sys/fs/cgroup/memory/jobs/a:b',
    });
  });

  it('in a container, which sees its own part of version 1 as the whole', () => {
    const read = kernel({
      '/proc/self/mountinfo': V1_MOUNTS.replaceAll(/0:(29|32) \//g, '0:$1 /docker/c0ffee'),
      '/proc/self/cgroup': '4:memory:/docker/c0ffee/in\n2:cpu,cpuacct:/docker/c0ffee\n',
    });
    expect(controlGroupRoots(read, 'linux')).toEqual({
      version: 1,
      cpu: '/sys/fs/cgroup/cpu,cpuacct',
      memory: '/sys/fs/cgroup/memory/in',
    });
  });

  it('in the nearest group that hands both controllers down, with version 2', () => {
    const read = kernel({
      '/proc/self/mountinfo': V2_MOUNTS,
      '/proc/self/cgroup': V2_GROUP,
      '/sys/fs/cgroup/cgroup.subtree_control': 'cpu memory pids\n',
      '/sys/fs/cgroup/user.slice/cgroup.subtree_control': 'cpu io memory pids\n',
      '/sys/fs/cgroup/user.slice/app.slice/cgroup.subtree_control': 'memory pids\n',
    });
    const folder = '/sys/fs/cgroup/user.slice';
    expect(controlGroupRoots(read, 'linux')).toEqual({ version: 2, cpu: folder, memory: folder });
  });

  it.each([
    ['no group hands the controllers down', { '/proc/self/mountinfo': V2_MOUNTS, '/proc/self/cgroup': V2_GROUP }],
    ['none are mounted', {}],
  ])('nowhere where %s: the reason is a sentence with what to do', (_, files) => {
    expect(controlGroupRoots(kernel(files), 'linux')).toMatch(/^No control group.*(Run as root: echo|Mount them)/);
  });

  it('nowhere but on Linux', () => {
    expect(controlGroupRoots(kernel({}), 'darwin')).toMatch(/need Linux, and this is darwin\. Use a Linux/);
  });
});

describe('what is set', () => {
  /** Folders that stand for the kernel's: they take what is written, but hold nobody. */
  function folders(version: 1 | 2): ControlGroupRoots {
    const folder = codeDirectory({});
    if (version === 2) return { version, cpu: folder, memory: folder };
    for (const name of ['cpu', 'memory']) mkdirSync(join(folder, name));
    return { version, cpu: join(folder, 'cpu'), memory: join(folder, 'memory') };
  }

  function created(memoryMb: number, roots: ControlGroupRoots): ControlGroup {
    const group = ControlGroup.create(memoryMb, roots);
    if (typeof group === 'string') throw new Error(group);
    return group;
  }

  it.each([
    [128, '7236'],
    [512, '28943'],
    [1769, '100000'],
    [10_240, '578858'],
  ])('%d MB: two vCPUs for initialization, or its share if that is more, and then its share', (memoryMb, quota) => {
    const group = created(memoryMb, folders(1));
    const [cpu, memory] = group.folders;
    const set = (name: string) => readFileSync(join(cpu, name), 'utf8');
    expect(set('cpu.cfs_quota_us')).toBe(String(Math.max(200_000, Number(quota))));
    expect(set('cpu.cfs_period_us')).toBe('100000');
    expect(readFileSync(join(memory, 'memory.limit_in_bytes'), 'utf8')).toBe(String(memoryMb * 1024 * 1024));
    group.setShareOf(memoryMb);
    expect(set('cpu.cfs_quota_us')).toBe(quota);
  });

  it('with version 2 alike', () => {
    const group = created(128, folders(2));
    const [folder] = group.folders;
    group.setShareOf(128);
    group.add(4711);
    const set = (name: string) => readFileSync(join(folder, name), 'utf8');
    expect(set('cpu.max')).toBe('7236 100000');
    expect(set('memory.max')).toBe('134217728');
    expect(set('cgroup.procs')).toBe('4711');
    expect(group.folders).toHaveLength(1);
  });

  it('nothing is left behind, nor where making one fails', async () => {
    const roots = folders(1);
    const group = created(128, roots);
    for (const folder of group.folders) for (const file of readdirSync(folder)) unlinkSync(join(folder, file));
    await group.remove();
    expect(readdirSync(roots.cpu)).toEqual([]);
    const refused = ControlGroup.create(128, { ...roots, memory: join(roots.memory, 'missing') });
    expect(refused).toMatch(/^A control group cannot be made: ENOENT.*Run as root/);
    expect(readdirSync(roots.cpu)).toEqual([]);
  });
});

describe('an environment with Lambda’s resources', () => {
  const roots = controlGroupRoots();
  const probe = ControlGroup.create(128, roots);
  if (typeof probe !== 'string') void probe.remove();
  const isAvailable = typeof probe !== 'string';

  const SHOWS_GROUP = `import { spawn } from 'node:child_process';
    import { readFileSync } from 'node:fs';
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 5)'], { detached: true });
    const inInit = readFileSync('/proc/self/cgroup', 'utf8');
    export const handler = async () => ({ inInit, child: readFileSync('/proc/' + child.pid + '/cgroup', 'utf8') });`;

  /** The names of the groups that we made. */
  function groupNames(): string[] {
    if (typeof roots === 'string') return [];
    return [roots.cpu, roots.memory].flatMap((folder) =>
      readdirSync(folder).filter((name) => name.startsWith('profiled-fn-')),
    );
  }

  it(
    isAvailable
      ? 'is limited with all that it starts, and leaves nothing behind'
      : 'is refused with the reason where this machine has no control groups',
    async () => {
      const fn = deployedFunction({ 'index.mjs': SHOWS_GROUP });
      if (!isAvailable) {
        await expect(start(fn, { resources: 'lambda' })).rejects.toThrow(
          `The function cannot run with Lambda's share of a processor. ${String(probe)}`,
        );
        return;
      }
      const environment = await start(fn, { resources: 'lambda' });
      const { cpu } = roots as ControlGroupRoots;
      const { inInit, child } = json((await environment.invoke()).payload) as { inInit: string; child: string };
      const [name] = /profiled-fn-[-\da-f]+/.exec(inInit) ?? [''];
      expect(child).toBe(inInit);
      const file = join(cpu, name, (roots as ControlGroupRoots).version === 1 ? 'cpu.cfs_quota_us' : 'cpu.max');
      expect(readFileSync(file, 'utf8')).toMatch(/^7236\b/);
      await environment.close();
      expect(existsSync(join(cpu, name))).toBe(false);
      expect(groupNames()).not.toContain(name);
    },
  );

  it('goes with a parent that is killed', async () => {
    if (!isAvailable) {
      expect(probe).toMatch(/\. (Run|Use|Mount)/);
      return;
    }
    const fn = deployedFunction({ 'index.mjs': SHOWS_GROUP });
    const source = join(process.cwd(), 'local/lambda/execution-environment.ts');
    const directory = codeDirectory({
      'parent.mts': `import { startExecutionEnvironment } from ${JSON.stringify(source)};
        const options = { ...${JSON.stringify(options)}, resources: 'lambda' };
        const environment = await startExecutionEnvironment(${JSON.stringify(fn)}, options);
        console.log((await environment.invoke()).payload.toString());`,
    });
    const parent = spawn(process.execPath, ['--import', 'tsx', join(directory, 'parent.mts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanUp(() => parent.kill('SIGKILL'));
    const [output] = await once(parent.stdout, 'data');
    const [name] = /profiled-fn-[-\da-f]+/.exec(String(output)) ?? [''];
    expect(groupNames()).toContain(name);
    parent.kill('SIGKILL');
    await until(() => !groupNames().includes(name));
  });

  it('a share of a processor is a vCPU for each 1,769 MB', () => {
    expect([vcpusOf(1769), vcpusOf(3538), vcpusOf(442.25)]).toEqual([1, 2, 0.25]);
  });
});
