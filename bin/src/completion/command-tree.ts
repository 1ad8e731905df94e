import type { Command } from 'commander';

/** What can follow a command, as completion scripts need it. */
export interface CommandNode {
  /** Words that lead here, e.g. `users create`; empty for the program itself. */
  path: string;
  candidates: Candidate[];
}

export interface Candidate {
  word: string;
  description: string;
}

export function commandTree(program: Command): CommandNode[] {
  const inherited = flagsOf(program);
  const visit = (command: Command, path: string): CommandNode[] => [
    {
      path,
      candidates: [
        ...wordsOf(command),
        ...new Map([...inherited, ...flagsOf(command)].map((flag) => [flag.word, flag])).values(),
      ],
    },
    ...command.commands.flatMap((child) => visit(child, `${path} ${child.name()}`.trim())),
  ];
  return visit(program, '');
}

function wordsOf(command: Command): Candidate[] {
  return [
    ...command.commands.map((child) => ({ word: child.name(), description: child.summary() || child.description() })),
    ...command.registeredArguments.flatMap((argument) =>
      (argument.argChoices ?? []).map((word) => ({ word, description: argument.name() })),
    ),
  ];
}

function flagsOf(command: Command): Candidate[] {
  return command.options
    .filter((option) => !option.hidden && option.long)
    .map((option) => ({ word: option.long!, description: option.description }));
}
