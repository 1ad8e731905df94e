import type { Command } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { commandTree } from '../completion/command-tree.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import type { Context } from '../context.ts';

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export default async function completion(_: Context, shell: keyof typeof shells, program: Command): Promise<void> {
  process.stdout.write(shells[shell](commandTree(program)));
}
