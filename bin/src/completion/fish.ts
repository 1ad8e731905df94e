import type { CommandNode } from './command-tree.ts';

export function fishCompletion(nodes: readonly CommandNode[]): string {
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => quote(path));
  const lines = nodes.flatMap(({ path, candidates }) =>
    candidates.map(({ word, description }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c runvoy -n ${quote(`__runvoy_at ${quote(path)}`)} ${what} -d ${quote(description)}`;
    }),
  );
  return `# runvoy completion for fish: runvoy completion fish | source
set -g __runvoy_paths ${paths.join(' ')}
function __runvoy_at
  set -l path
  for word in (commandline -opc)[2..]
    if contains -- (string join ' ' $path $word) $__runvoy_paths
      set -a path $word
    end
  end
  test (string join ' ' $path) = "$argv[1]"
end
${lines.join('\n')}
`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
