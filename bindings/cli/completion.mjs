// SPDX-License-Identifier: MIT
// tinycnn completion: scripts for bash and zsh, from the table of verbs.
import { withEngine } from './models.mjs';
import { namedData } from './data.mjs';
import { verbs } from './verbs.mjs';

/**
 * Words that may follow an option; null where any may.
 * @param {{ name: string, choices?: string[] }} option
 * @param {string[]} ids
 */
function valuesOf({ name, choices }, ids) {
  if (choices) return choices;
  if (name === 'data') return namedData;
  return name === 'model' || name === 'spec' ? ids : null;
}

const flag = ({ name }) => `--${name}`;
const word = (text) => text.replaceAll(' ', '\\ ');

function bash(ids) {
  const cases = verbs.map(({ name, options, takes }) => {
    const words = [...options.map(flag), ...(takes.choices ?? (name === 'zoo' ? ids : []))];
    return `    ${name}) words="${words.join(' ')}" ;;`;
  });
  const values = verbs.flatMap(({ name, options }) =>
    options
      .filter((option) => option.value && valuesOf(option, ids))
      .map((option) => `    ${name}:--${option.name}) words="${valuesOf(option, ids).map(word).join(' ')}" ;;`),
  );
  return `# bash completion of tinycnn
_tinycnn() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" verb="\${COMP_WORDS[1]}" words=""
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${verbs.map(({ name }) => name).join(' ')} help" -- "$current"))
    return
  fi
  case "$verb:$previous" in
${values.join('\n')}
  esac
  if [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
    return
  fi
  case "$verb" in
${cases.join('\n')}
  esac
  if [[ $current == -* || $verb == completion || $verb == zoo ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -o bashdefault -F _tinycnn tinycnn`;
}

/** A text inside single quotes and brackets of _arguments. */
const zshText = (text) => text.replaceAll("'", "'\\''").replace(/[[\]:]/g, '\\$&');

function zshOption(option, ids) {
  const many = option.multiple ? '*' : '';
  const head = `'${many}--${option.name}[${zshText(option.text)}]`;
  if (!option.value) return `${head}'`;
  const values = valuesOf(option, ids);
  const own = values ? `(${values.map(word).join(' ')})` : '_files';
  const action =
    option.name === 'data' ? `{_alternative "names:data:(${namedData.join(' ')})" "files:file:_files"}` : own;
  return `${head}:${option.value}:${action}'`;
}

function zsh(ids) {
  const cases = verbs.map(({ name, options, takes }) => {
    const words = takes.choices ?? (name === 'zoo' ? ids : null);
    const rest = takes.max === 0 ? [] : [`'*:${takes.name}:${words ? `(${words.join(' ')})` : '_files'}'`];
    return `    ${name}) _arguments ${[...options.map((option) => zshOption(option, ids)), ...rest].join(' ')} ;;`;
  });
  return `#compdef tinycnn
_tinycnn() {
  local -a verbs=(
${verbs.map(({ name, summary }) => `    '${name}:${summary.replaceAll("'", "'\\''")}'`).join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe verb verbs
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${cases.join('\n')}
  esac
}
compdef _tinycnn tinycnn`;
}

export async function run({ positionals: [shell], output }) {
  const ids = await withEngine({}, (engine) => engine.zoo.map(({ id }) => id));
  const script = shell === 'bash' ? bash(ids) : zsh(ids);
  output.tell(script, { shell, script });
}
