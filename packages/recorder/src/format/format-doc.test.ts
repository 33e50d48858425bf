import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { renderBody, restoreBody } from "./body-render.ts";
import type { RecordedBody } from "./body.ts";
import { entryFault, entryFields, entryKinds } from "./entry-shape.ts";
import { encodeFrame } from "./frame.ts";
import { readSegment } from "./segment.ts";

const doc = readFileSync(new URL("../../../../docs/format.md", import.meta.url), "utf8");

/** The fenced blocks of one language (and label) in a stretch of the page. */
const blocks = (page: string, language: string): readonly string[] => [...page.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].filter(([, info]) => info === language).map(([, , body]) => body as string);
const block = (page: string, language: string): string => blocks(page, language)[0] ?? "";
/** The stretch under a heading, up to the next of the same rank. */
function section(heading: string): string {
  const start = doc.indexOf(`\n${heading}\n`);
  const rank = heading.slice(0, heading.indexOf(" ") + 1);
  const end = doc.indexOf(`\n${rank}`, start + heading.length);
  return start < 0 ? "" : doc.slice(start, end < 0 ? doc.length : end);
}

const example = section("## Worked example");
/** A hex line is bytes, two spaces, what they are. */
const segment = Buffer.concat(blocks(example, "hex").flatMap((dump) => dump.trimEnd().split("\n").map((line) => Buffer.from(line.slice(0, 47).replaceAll(" ", ""), "hex"))));
const written = blocks(example, "json").map((json) => JSON.parse(json) as { readonly kind: string });

describe("docs/format.md's worked example", () => {
  test("is a segment that the reader reads to its last byte", () => {
    const { entries, tornBytes, damaged, quarantined, header } = readSegment(segment);
    expect(entries.map(({ entry }) => entry)).toEqual(written);
    expect(entries.map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
    expect({ tornBytes, damaged, quarantined }).toEqual({ tornBytes: 0, damaged: [], quarantined: [] });
    expect(header).toEqual(written[0]);
  });

  test("is what the writer writes, byte for byte", () => {
    expect(Buffer.concat(written.map((entry, sequence) => encodeFrame(sequence, Buffer.from(JSON.stringify(entry)))))).toEqual(segment);
  });

  test("names its texts", () => {
    expect([0, 1].map(readSegment(segment).textOf)).toEqual(['{"mrn":"⟦ID:q5w8~1⟧"}', "2.1 kg"]);
  });
});

describe("docs/format.md's body", () => {
  const bodies = section("## Bodies");
  const texts = new Map(JSON.parse(block(bodies, "json texts")) as [number, string][]);
  const textOf = (ref: number): string => texts.get(ref) as string;
  const body = JSON.parse(block(bodies, "json body")) as RecordedBody;

  test("is shown as the page shows it", () => {
    expect(renderBody(body, textOf)).toEqual({ form: "text", text: block(bodies, "text shown") });
  });
  test("is revealed as the page reveals it, to the byte", () => {
    const bytes = restoreBody(body, textOf, (text) => text.replace("⟦PERSON:g7k3.f0c8~3a⟧", "Ana García"));
    expect(bytes).toEqual(Buffer.from(block(bodies, "text revealed")));
    expect(body).toMatchObject({ bytes: bytes?.length });
  });
  test("explains every form and style", () => {
    const named = [...bodies.matchAll(/^\| (?:\d )?`(.+?)` \|/gm)].map(([, name]) => name);
    expect(named).toEqual(["none", "text", "base64", "eventstream", "dropped", "verbatim", "json", "jsonAscii", "number"]);
  });
});

describe.each(entryKinds)("docs/format.md on `%s`", (kind) => {
  const page = section(`### \`${kind}\``);
  test("explains its fields, all of them and no others", () => {
    expect([...page.matchAll(/^\| `(.+?)` \|/gm)].map(([, field]) => field).toSorted()).toEqual(entryFields(kind).toSorted());
  });
  test("gives an example that is one", () => {
    const entry = JSON.parse(block(page, "json") || "{}") as Record<string, unknown>;
    expect(entry).toMatchObject({ kind });
    expect(entryFault(entry)).toBeNull();
  });
});
