/** Where a command's words go, as it sees it: out, err, how wide, coloured or not. Commands write to this, never to `process`. */
import { once } from "node:events";
import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "inverse" | "strikethrough" | "underline";

export interface Output {
  readonly isTerminal: boolean;
  readonly columns: number;
  /** Standard output. */
  readonly write: (text: string) => void;
  readonly line: (text?: string) => void;
  /** Standard output, waiting for a slow reader: for what may be large. */
  readonly drained: (text: string) => Promise<void>;
  /** Standard error: progress, warnings and errors. */
  readonly note: (text: string) => void;
  readonly paint: (text: string, ...styles: readonly Style[]) => string;
}

/** Narrower than this nothing lines up any more; wider lines are hard to read. */
const NARROWEST = 40;
const WIDEST = 160;
const WITHOUT_TERMINAL = 100;

export interface OutputOptions {
  readonly color: boolean;
  readonly columns: number | null;
}

/** Output of this process. A reader that goes away (`| head`) ends it silently. */
export function processOutput({ color, columns }: OutputOptions): Output {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
      throw error;
    });
  }
  const wanted = columns ?? (stdout.isTTY ? stdout.columns : WITHOUT_TERMINAL);
  return {
    isTerminal: stdout.isTTY,
    columns: Math.min(WIDEST, Math.max(NARROWEST, wanted)),
    write: (text) => void stdout.write(text),
    line: (text = "") => void stdout.write(`${text}\n`),
    drained: async (text) => {
      if (!stdout.write(text)) await once(stdout, "drain");
    },
    note: (text) => void stderr.write(`${text}\n`),
    paint: (text, ...styles) => (color && text !== "" ? styles.reduce((painted, style) => styleText(style, painted), text) : text),
  };
}
