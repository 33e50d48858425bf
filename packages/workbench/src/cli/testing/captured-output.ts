/** An `Output` that keeps what is written, as wide as a test wants it. */
import type { Output } from "../output.ts";

export interface CapturedOutput extends Output {
  readonly text: () => string;
}
export function capturedOutput(columns: number): CapturedOutput {
  let written = "";
  const write = (text: string): void => {
    written += text;
  };
  return {
    isTerminal: false,
    columns,
    write,
    line: (text = "") => write(`${text}\n`),
    drained: (text) => Promise.resolve(write(text)),
    note: () => undefined,
    paint: (text) => text,
    text: () => written,
  };
}
