import type { CommandName, Invocation } from './arguments.js';
import { EXIT, readArguments, UsageError, usage } from './arguments.js';
import { Interrupted } from './interruption.js';
import { Refusal } from './refusal.js';

/** Loaded when asked for: `import` brings in all of Nest, which the others do without. */
const commands: { [C in CommandName]: (invocation: Invocation) => Promise<number> } = {
  import: async (invocation) => (await import('./import.js')).importFile(invocation),
  replay: async (invocation) => (await import('./replay.js')).replay(invocation),
  copy: async (invocation) => (await import('./copy.js')).copy(invocation),
  backup: async (invocation) => (await import('./backup.js')).backup(invocation),
  restore: async (invocation) => (await import('./restore.js')).restore(invocation),
  doctor: async (invocation) => (await import('./doctor/doctor.js')).doctor(invocation),
  rebuild: async (invocation) => (await import('./rebuild.js')).rebuild(invocation),
  'verify-views': async (invocation) => (await import('./verify-views.js')).verify(invocation),
  views: async (invocation) => (await import('./views.js')).views(invocation),
  synth: async (invocation) => (await import('./synth.js')).synth(invocation),
};

process.exitCode = await main(process.argv.slice(2));

/** Runs one command; resolves to the exit code documented in README.md of this room. */
async function main(argv: string[]): Promise<number> {
  let invocation: Invocation | undefined;
  try {
    invocation = readArguments(argv, process.env);
    if (invocation.command !== 'help') return await commands[invocation.command](invocation);
    console.log(usage(invocation.language));
    return EXIT.done;
  } catch (fault) {
    const hasText = fault instanceof Refusal || fault instanceof Interrupted;
    const said = fault instanceof Error ? fault.message : String(fault);
    console.error(hasText ? fault.text[invocation?.language ?? 'en'] : said);
    if (fault instanceof Interrupted) return EXIT.interrupted;
    return fault instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}
