/** What a command is: declared in `commands.ts` so that parsing, help and docs/cli.md agree, run by a module loaded when asked for. */
import type { Settings } from "./env.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { Output } from "./output.ts";

export interface OptionSpec {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for the value in help, e.g. `FILE`. */
  readonly hint?: string;
  readonly about: string;
}
export interface ArgumentSpec {
  readonly name: string;
  readonly about: string;
  readonly choices?: readonly string[];
  /** May be left out; none that is required comes after it. */
  readonly isOptional?: boolean;
  /** Takes all words from here on, as one text: who forgets the quotes means the same. The last one. */
  readonly isRest?: boolean;
}
export interface CommandSpec {
  readonly name: string;
  readonly about: string;
  /** In this order. */
  readonly args: readonly ArgumentSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly string[];
  /** What the exit code tells beyond 0, 1 and 2. */
  readonly exits?: string;
  readonly load: () => Promise<CommandModule>;
}
export interface CommandModule {
  readonly run: (call: CommandCall) => Promise<ExitCode>;
}
export interface CommandCall {
  readonly args: readonly string[];
  readonly options: CommandOptions;
  readonly settings: Settings;
  readonly output: Output;
}

/** Values of the options given, read by name. */
export class CommandOptions {
  readonly #values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  constructor(values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>) {
    this.#values = values;
  }
  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === "string" ? value : undefined;
  }
  texts(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
  }
  has(name: string): boolean {
    return this.#values[name] === true;
  }
}
