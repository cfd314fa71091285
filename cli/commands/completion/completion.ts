import type { Command, Option } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** A completion script for `shell`, of all that the command line knows. */
export function completionScript(program: Command, shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash(program);
    case 'zsh':
      // zsh understands bash's completions; without bashcompinit it has no `complete`.
      return `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash(program)}`;
    case 'fish':
      return fish(program);
  }
}

/** Where it offers nothing, the shell offers files: it knows how to quote them. */
function bash(program: Command): string {
  const name = program.name();
  const fn = `_${name.replace(/\W/g, '_')}`;
  const flags = program.commands.map((command) => {
    const options = visibleOptions(command);
    const choices = options
      .filter(({ argChoices }) => argChoices)
      .map(
        ({ long, argChoices }) =>
          `      ${long}) COMPREPLY=($(compgen -W '${argChoices?.join(' ')}' -- "$current")); return ;;\n`,
      );
    const values = choices.length > 0 ? `\n      case "$previous" in\n${choices.join('')}      esac` : '';
    const args = argumentChoices(command);
    return `    ${command.name()})${values}\n      words='${options.map(({ long }) => long).join(' ')}'${args === '' ? '' : ` args='${args}'`} ;;\n`;
  });
  return `${fn}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" words='' args=''
  case "\${COMP_WORDS[1]}" in
${flags.join('')}  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${program.commands.map((command) => command.name()).join(' ')} --help --version'
  elif [[ "$current" != -* ]]; then
    COMPREPLY=($(compgen -W "$args" -- "$current"))
    return
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F ${fn} ${name}
`;
}

function fish(program: Command): string {
  const name = program.name();
  const lines = program.commands.flatMap((command) => [
    `complete -c ${name} -n __fish_use_subcommand -f -a ${command.name()} -d ${quoted(command.description())}`,
    ...(argumentChoices(command) === ''
      ? []
      : [
          `complete -c ${name} -n '__fish_seen_subcommand_from ${command.name()}' -f -a ${quoted(argumentChoices(command))}`,
        ]),
    ...visibleOptions(command).map((option) => {
      const takes = option.required
        ? ` -r${option.argChoices ? ` -f -a ${quoted(option.argChoices.join(' '))}` : ''}`
        : '';
      return `complete -c ${name} -n '__fish_seen_subcommand_from ${command.name()}' -l ${option.long?.slice(2)}${takes} -d ${quoted(option.description)}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}

/** What may stand where a command takes one of a few words; empty: it takes none such. */
function argumentChoices(command: Command): string {
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []).join(' ');
}

function visibleOptions(command: Command): Option[] {
  return [...command.createHelp().visibleOptions(command)].filter(({ long }) => long !== undefined);
}

function quoted(text: string): string {
  return `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}
