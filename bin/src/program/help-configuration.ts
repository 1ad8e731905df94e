import { type Command, Help, type HelpConfiguration } from 'commander';

const standard = new Help();

export const helpConfiguration: HelpConfiguration = {
  showGlobalOptions: true,
  subcommandTerm(command: Command) {
    const { name, usage } = { name: command.name(), usage: command.usage() };
    return `${name} ${usage.replace('[options] ', '').replace('[options]', '')}`
      .replace('[command]', '<command>')
      .trim();
  },
  visibleGlobalOptions: (command: Command) =>
    standard.visibleGlobalOptions
      .call({ ...standard, showGlobalOptions: true }, command)
      .filter((option) => option.long !== '--version'),
};
