/** The command line to a command and its options. Node's own parser, strict; what it refuses becomes a usage error with the nearest thing we know. */
import { parseArgs } from "node:util";
import { WhysaidError } from "@whysaid/recorder/format";
import { closest, distance } from "fastest-levenshtein";
import { commands, commonOptions } from "./commands.ts";
import { CommandOptions, type CommandSpec } from "./command.ts";

export type Invocation =
  | { readonly kind: "help"; readonly command: CommandSpec | null }
  | { readonly kind: "version" }
  | { readonly kind: "run"; readonly command: CommandSpec; readonly args: readonly string[]; readonly options: CommandOptions };

const usage = (sentence: string, fix: string): WhysaidError => new WhysaidError("USAGE", sentence, { fix });

/** @throws WhysaidError `USAGE` */
export function parseCommandLine(argv: readonly string[]): Invocation {
  const [first, ...others] = argv;
  if (first === undefined || first === "--help" || first === "-h") return { kind: "help", command: null };
  if (first === "--version" || first === "-v") return { kind: "version" };
  if (first === "help") return { kind: "help", command: others[0] === undefined ? null : commandNamed(others[0]) };
  const command = commandNamed(first);
  const options = { ...commonOptions, ...command.options };
  const { values, positionals } = parsed(command, others, options);
  if (values["help"] === true) return { kind: "help", command };
  const given = withRest(command, positionals);
  checkArguments(command, given);
  return { kind: "run", command, args: given, options: new CommandOptions(values) };
}

function commandNamed(name: string): CommandSpec {
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return found;
  const names = commands.map((command) => command.name);
  const near = nearest(name, names);
  throw usage(`no command ${JSON.stringify(name)}`, near === null ? `The commands are ${names.join(", ")}.` : `Did you mean \`whysaid ${near}\`? \`whysaid --help\` lists all commands.`);
}

function parsed(command: CommandSpec, argv: readonly string[], options: CommandSpec["options"]) {
  try {
    const shape = Object.fromEntries(Object.entries(options).map(([name, { type, short, multiple }]) => [name, { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) }]));
    return parseArgs({ args: [...argv], options: shape, allowPositionals: true, strict: true });
  } catch (error) {
    throw refused(command, error as NodeJS.ErrnoException, options);
  }
}

function refused(command: CommandSpec, error: NodeJS.ErrnoException, options: CommandSpec["options"]): WhysaidError {
  const help = `\`whysaid ${command.name} --help\` lists its options.`;
  if (error.code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const given = /Unknown option '(-{1,2}[^']*)'/.exec(error.message)?.[1] ?? "that option";
    const near = nearest(given.replace(/^-+/, ""), Object.keys(options));
    return usage(`${command.name} has no option ${given}`, near === null ? help : `Did you mean --${near}? ${help}`);
  }
  const named = /Option '(?:-\w, )?(--[\w-]+)[^']*'/.exec(error.message)?.[1];
  if (named === undefined) return usage(`${command.name} was called in a way it does not understand`, help);
  return usage(/does not take an argument/.test(error.message) ? `${named} takes no value` : `${named} needs a value`, help);
}

function withRest({ args }: CommandSpec, given: readonly string[]): readonly string[] {
  const rest = args.length - 1;
  return args[rest]?.isRest === true && given.length > args.length ? [...given.slice(0, rest), given.slice(rest).join(" ")] : given;
}

function checkArguments(command: CommandSpec, given: readonly string[]): void {
  const example = `For example: ${command.examples[0] ?? `whysaid ${command.name}`}`;
  for (const [index, { name, about, choices, isOptional }] of command.args.entries()) {
    const value = given[index];
    if (value === undefined && isOptional === true) continue;
    if (value === undefined || value === "") throw usage(`${command.name} needs <${name}>: ${choices === undefined ? about : choices.join(", ")}`, example);
    if (choices !== undefined && !choices.includes(value)) {
      const near = nearest(value, choices);
      throw usage(`<${name}> is one of ${choices.join(", ")}, not ${JSON.stringify(value)}`, near === null ? example : `Did you mean ${near}?`);
    }
  }
  const extra = given[command.args.length];
  if (extra !== undefined) throw usage(`${command.name} takes ${command.args.length === 0 ? "no arguments" : command.args.map(({ name }) => `<${name}>`).join(" ")}; ${JSON.stringify(extra)} is too much`, example);
}

/** null when nothing known is spelled alike. */
function nearest(word: string, known: readonly string[]): string | null {
  if (known.length === 0 || word === "") return null;
  const begun = known.find((one) => one.startsWith(word));
  const best = begun ?? closest(word, [...known]);
  return begun !== undefined || distance(word, best) <= Math.max(1, Math.floor(best.length / 2)) ? best : null;
}
