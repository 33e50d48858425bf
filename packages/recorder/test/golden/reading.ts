/** All that reading a segment gives, as JSON that can be kept beside it. */
import { readSegment, type RecordedBody } from "../../src/format/index.ts";
import { renderBody } from "../../src/format/body-render.ts";

export interface Reading {
  readonly entries: readonly { readonly sequence: number; readonly offset: number; readonly end: number; readonly entry: unknown; readonly texts: Readonly<Record<string, string>>; readonly body?: string }[];
  readonly damaged: unknown;
  readonly quarantined: unknown;
  readonly missing: unknown;
  readonly tornBytes: number;
}

export function reading(bytes: Uint8Array): Reading {
  const { entries, damaged, quarantined, missing, tornBytes, textOf } = readSegment(bytes);
  const resolve = (ref: number): string => {
    try {
      return textOf(ref);
    } catch (cause) {
      return (cause as { code: string }).code;
    }
  };
  const rendered = (body: RecordedBody): string => {
    const shown = renderBody(body, resolve);
    return shown.form === "text" ? shown.text : shown.form;
  };
  return {
    entries: entries.map(({ sequence, offset, end, entry }) => ({
      sequence,
      offset,
      end,
      entry,
      texts: Object.fromEntries(refsIn(entry).map((ref) => [ref, resolve(ref)])),
      ...("body" in entry ? { body: rendered(entry.body) } : {}),
    })),
    damaged,
    quarantined,
    missing,
    tornBytes,
  };
}

/** The numbers an entry names texts by, in the fields of the kinds that hold nothing else. */
function refsIn(entry: object): readonly number[] {
  const named = ["arguments", "result", "input", "query", "before", "after"] as const;
  return named.flatMap((name) => {
    const ref: unknown = (entry as Record<string, unknown>)[name];
    return typeof ref === "number" ? [ref] : [];
  });
}
