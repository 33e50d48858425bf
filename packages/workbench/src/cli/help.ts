/** Help texts, made from the commands' declarations. */
import { commands, commonOptions } from "./commands.ts";
import type { CommandSpec, OptionSpec } from "./command.ts";
import type { Output } from "./output.ts";

export function overview(output: Output): string {
  const { paint } = output;
  const width = Math.max(...commands.map((command) => callOf(command).length));
  return [
    `${paint("whysaid", "bold")} — why did the model say that?`,
    "",
    ...commands.map((command) => `  whysaid ${callOf(command).padEnd(width)}  ${paint(command.about, "dim")}`),
    "",
    "Every command takes --json, --dir DIR, --store PATH and --help, which shows an example.",
    "Exit codes: 0 ok · 1 unexpected · 2 usage · 3 not found · 4 found but incomplete · 5 not allowed",
    "",
  ].join("\n");
}

export function commandHelp(command: CommandSpec, output: Output): string {
  const { paint } = output;
  const own = Object.entries(command.options);
  const common = Object.entries(commonOptions);
  const width = Math.max(...[...own, ...common].map(([name, option]) => optionCall(name, option).length));
  const lines = (options: readonly (readonly [string, OptionSpec])[]): string[] => options.map(([name, option]) => `  ${optionCall(name, option).padEnd(width)}  ${paint(option.about, "dim")}`);
  return [
    `${paint(`whysaid ${callOf(command)}`, "bold")}${own.length > 0 ? " [options]" : ""}`,
    `  ${command.about}`,
    "",
    ...(command.args.length === 0 ? [] : [...command.args.map(({ name, about, choices }) => `  ${`<${name}>`.padEnd(width)}  ${paint(choices === undefined ? about : `${about}: ${choices.join(", ")}`, "dim")}`), ""]),
    ...lines(own),
    ...lines(common),
    "",
    command.examples.length > 1 ? "Examples" : "Example",
    ...command.examples.map((example) => `  ${example}`),
    ...(command.exits === undefined ? [] : ["", `Exit codes: 0 ok · 1 unexpected · 2 usage · ${command.exits}`]),
    "",
  ].join("\n");
}

const callOf = (command: CommandSpec): string => [command.name, ...command.args.map(({ name, choices, isOptional }) => (isOptional === true ? `[${name}]` : choices === undefined ? `<${name}>` : choices.join("|")))].join(" ");
const optionCall = (name: string, { short, hint }: OptionSpec): string => `${short === undefined ? "" : `-${short}, `}--${name}${hint === undefined ? "" : ` ${hint}`}`;
