import { Command } from 'commander';
import { DriftmarkError } from '../../errors.js';
import { didYouMean } from '../../util/did-you-mean.js';

/** `driftmark help [command]`. */
export function helpCommand(program: Command): Command {
  return new Command('help')
    .argument('[command]')
    .description('print help for a command')
    .action((name?: string) => {
      if (name === undefined) return program.help();
      const command = program.commands.find((each) => each.name() === name);
      if (command) return command.help();
      const names = program.commands.map((each) => each.name());
      throw new DriftmarkError('usage', `Unknown command ${JSON.stringify(name)}.`, {
        remedy: `Run \`npx driftmark --help\` to list the commands${didYouMean(name, names)}.`,
      });
    });
}
