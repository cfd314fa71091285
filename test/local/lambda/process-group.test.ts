import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cleanUp, codeDirectory, processState, stopped, until } from './support/function-under-test';

it.each(['SIGKILL', 'SIGINT'] as const)(
  'a stopped process does not outlive a parent that ends by %s',
  async (signal) => {
    const source = join(process.cwd(), 'local/lambda/process-group.ts');
    const directory = codeDirectory({
      'parent.mts': `import { ProcessGroup } from ${JSON.stringify(source)};
      const group = await ProcessGroup.spawn({
        command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], env: {}, cwd: '.', onLine() {},
      });
      group.signalAll('SIGSTOP');
      console.log(group.pid);`,
    });
    const parent = spawn(process.execPath, ['--import', 'tsx', join(directory, 'parent.mts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanUp(() => parent.kill('SIGKILL'));
    const [output] = await once(parent.stdout, 'data');
    const pid = Number(String(output));
    await stopped(pid);
    parent.kill(signal);
    await once(parent, 'exit');
    await until(() => ['', 'Z'].includes(processState(pid)));
    expect(parent.signalCode).toBe(signal);
  },
);
