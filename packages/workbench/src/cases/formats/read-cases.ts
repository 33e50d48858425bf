/** Cases back from the lines `cases export` writes in its own format. Every line is checked before anything is kept. */
import { z } from "zod";
import { CASE_FORMAT, type Case } from "../case.ts";
import { caseId } from "../content.ts";

export interface ReadCases {
  readonly cases: readonly Case[];
  /** Line numbers from 1, with a reason free of content. */
  readonly refused: readonly { readonly line: number; readonly reason: string }[];
}

const expected = z.object({ text: z.string(), source: z.enum(["edit", "reviewer", "accept"]) }).nullable();
const status = z.enum(["new", "confirmed", "rejected"]);
const shape = z.object({
  id: z.string().regex(/^case_[0-9a-f]{20}$/),
  format: z.literal(CASE_FORMAT),
  feature: z.string(),
  status,
  origin: z.enum(["accept", "edit", "retry", "abandon", "hand"]),
  traceIds: z.array(z.string().regex(/^[0-9a-f]{32}$/)).min(1),
  atMs: z.number().int(),
  said: z.string(),
  expected,
  labels: z.array(z.object({ name: z.string(), source: z.enum(["action", "rule", "diagnosis", "reviewer"]), traceId: z.string().nullable(), atMs: z.number(), confidence: z.number().nullable(), note: z.string().nullable() })),
  revision: z.number().int().positive(),
  history: z.array(z.object({ revision: z.number().int().positive(), atMs: z.number(), actor: z.string().nullable(), status, expected, note: z.string().nullable() })).min(1),
  story: z.looseObject({ traceId: z.string(), generations: z.array(z.looseObject({ signals: z.looseObject({}) })), steps: z.array(z.looseObject({ kind: z.enum(["retrieval", "tool", "parse", "validation"]), name: z.string() })), actions: z.array(z.looseObject({})) }),
});

export function readCases(text: string): ReadCases {
  const cases: Case[] = [];
  const refused: { line: number; reason: string }[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = readLine(line);
    if (typeof read === "string") refused.push({ line: index + 1, reason: read });
    else cases.push(read);
  }
  return { cases, refused };
}

function readLine(line: string): Case | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "no JSON";
  }
  const checked = shape.safeParse(value);
  if (!checked.success) return `not a case: ${checked.error.issues.slice(0, 3).map(({ path }) => path.join(".")).join(", ")}`;
  const read = value as Case;
  const first = read.history[0];
  try {
    // The id says what the case said when it was made; a review may have changed what was expected since.
    if (caseId({ ...read, expected: first?.expected ?? null }) !== read.id) return "its id does not fit its content";
  } catch {
    return "not a case: its story cannot be read";
  }
  return read;
}
