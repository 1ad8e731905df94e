import type { Candidate, CommandNode } from './command-tree.ts';

export function zshCompletion(nodes: readonly CommandNode[]): string {
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`);
  const cases = nodes.map(
    ({ path, candidates }) => `    "${path}") candidates=(${candidates.map(entry).join(' ')}) ;;`,
  );
  return `#compdef runvoy
# runvoy completion for zsh: source <(runvoy completion zsh)
_runvoy() {
  local command_path="" next index
  local -a candidates
  for ((index = 2; index < CURRENT; index++)); do
    [[ "\${words[index]}" == -- ]] && return
    next="\${command_path:+$command_path }\${words[index]}"
    case "$next" in
    ${paths.join(' | ')}) command_path="$next" ;;
    esac
  done
  case "$command_path" in
${cases.join('\n')}
  esac
  _describe -o runvoy candidates || _files
}
compdef _runvoy runvoy
`;
}

function entry({ word, description }: Candidate): string {
  return `'${`${word}:${description}`.replaceAll("'", "'\\''")}'`;
}
