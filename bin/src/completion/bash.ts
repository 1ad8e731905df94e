import type { CommandNode } from './command-tree.ts';

export function bashCompletion(nodes: readonly CommandNode[]): string {
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`);
  const cases = nodes.map(
    ({ path, candidates }) => `    "${path}") words="${candidates.map(({ word }) => word).join(' ')}" ;;`,
  );
  return `# runvoy completion for bash: source <(runvoy completion bash)
_runvoy() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" words="" index next
  for ((index = 1; index < COMP_CWORD; index++)); do
    [ "\${COMP_WORDS[index]}" = -- ] && return
    next="\${path:+$path }\${COMP_WORDS[index]}"
    case "$next" in
    ${paths.join(' | ')}) path="$next" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _runvoy runvoy
`;
}
