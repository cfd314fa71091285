import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { completionScript } from '../../../../cli/commands/completion/completion';
import { buildProgram } from '../../../../cli/program';
import { PROFILE_TYPES } from '../../../../lib/contract/profile-types';

const selectionFlags = [
  ...['--since', '--until', '--version', '--instances', '--label', '--cold-start', '--errors', '--slowest'],
  ...['--focus', '--ignore', '--hide', '--show-from', '--type', '--bucket', '--cached', '--price'],
];

/** What bash offers for a line, with the script loaded. */
function offered(line: string): string[] {
  const words = line.split(' ');
  const script = `${completionScript(buildProgram(), 'bash')}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_profiled_fn
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
}

describe('completion', () => {
  it('offers commands, their flags, and the values of flags that have a choice', () => {
    expect(offered('profiled-fn fe')).toEqual(['fetch']);
    expect(offered('profiled-fn fetch --s')).toEqual([
      '--stack',
      '--since',
      '--slowest',
      '--show-from',
      '--sample-type',
    ]);
    expect(offered('profiled-fn fetch --type ')).toEqual([...PROFILE_TYPES]);
    expect(offered('profiled-fn export --format s')).toEqual(['speedscope', 'svg']);
    expect(offered('profiled-fn completion ')).toEqual(['bash', 'zsh', 'fish']);
    for (const command of ['fetch', 'top', 'export', 'diff']) {
      expect(offered(`profiled-fn ${command} --`), command).toEqual(expect.arrayContaining(selectionFlags));
    }
  });

  it('leaves files to the shell, and takes no word for a folder of that name', () => {
    expect(offered('profiled-fn view ')).toEqual(['']);
    expect(completionScript(buildProgram(), 'bash')).toMatch(/\ncomplete -o default -F _profiled_fn profiled-fn\n$/);
  });

  it('has scripts for zsh and fish with all commands', () => {
    for (const shell of ['zsh', 'fish'] as const) {
      const script = completionScript(buildProgram(), shell);
      for (const command of buildProgram().commands) expect(script).toContain(command.name());
    }
    expect(completionScript(buildProgram(), 'fish')).toContain(
      `complete -c profiled-fn -n '__fish_seen_subcommand_from fetch' -l type -r -f -a '${PROFILE_TYPES.join(' ')}' -d 'only this type of profile, also custom.<name>; default: all'`,
    );
  });

  it('quotes descriptions for fish', () => {
    expect(completionScript(buildProgram(), 'fish')).toContain("stack\\'s profiles");
  });
});
