/** The parser of the handover's open tasks, mended: any kind of bullet. `whysaid reparse` runs it over what was answered with the old one. */
export const parse = (raw: string): string[] => raw.split("\n").flatMap((line) => /^\s*[-*•]\s+(.+)$/.exec(line)?.[1] ?? []);
