/**
 * The two ways of provenance: for each text of the reconstruction (by its pointer) the marks that stand in it, and for each group of equal values
 * where they stand. A value is *nowhere* when no origin is known, of *another subject* when the evidence of a wrong-entity finding says so.
 */
import type { Finding, Provenance, Reconstruction, ValueOrigin } from "@whysaid/recorder/format";
import type { Mark } from "./pieces.ts";

export interface ValueGroup {
  readonly group: string;
  readonly value: string;
  readonly tone: Mark["tone"];
  readonly places: readonly { readonly at: string; readonly start: number; readonly end: number; readonly in: string }[];
  readonly origins: readonly ValueOrigin[];
}
export interface Links {
  readonly marksAt: (at: string) => readonly Mark[];
  readonly groupOf: (group: string) => ValueGroup | undefined;
  readonly groups: readonly ValueGroup[];
}
const none: readonly Mark[] = [];
export const noLinks: Links = { marksAt: () => none, groupOf: () => undefined, groups: [] };

/** A chunk's pointer leads to its text; evidence and origins may or may not say so. */
export const textPointer = (at: string): string => (/\.chunks\.value\[\d+\]$|\.chunks\[\d+\]$/.test(at) ? `${at}.text` : at);

export function linksOf(story: Pick<Reconstruction, "generations">, findings: readonly Finding[], provenance: readonly Provenance[]): Links {
  const wrong = findings.filter(({ cause }) => cause === "wrong-entity").flatMap(({ evidence }) => evidence).filter(({ start }) => start !== undefined);
  const isWrong = (at: string, start: number, end: number): boolean => wrong.some((one) => textPointer(one.at) === textPointer(at) && (one.start ?? 0) < end && (one.end ?? 0) > start);
  const wrongOrigin = (origin: ValueOrigin): boolean => isWrong(origin.at, origin.start, origin.end);
  const groups = new Map<string, { value: string; tone: Mark["tone"]; places: ValueGroup["places"][number][]; origins: ValueOrigin[] }>();
  const marks = new Map<string, Mark[]>();
  const put = (at: string, mark: Mark): void => {
    const pointer = textPointer(at);
    const there = marks.get(pointer);
    if (there === undefined) marks.set(pointer, [mark]);
    else if (!there.some((one) => one.start === mark.start && one.end === mark.end && one.tone === mark.tone && one.groups[0] === mark.groups[0])) there.push(mark);
  };
  const original = originalChunks(story);
  for (const traced of provenance) {
    if (traced.in === "tool-arguments") continue;
    const [first] = traced.origins;
    const group = first === undefined ? `nowhere:${bare(traced.value)}` : `${original(first.at)}:${first.start}`;
    const isOther = isWrong(traced.at, traced.start, traced.end) || (traced.origins.length > 0 && traced.origins.every(wrongOrigin));
    const tone: Mark["tone"] = isOther && first !== undefined ? "other" : first === undefined ? "nowhere" : first.kind === "derived" ? "derived" : "sourced";
    let known = groups.get(group);
    if (known === undefined) groups.set(group, (known = { value: traced.value, tone, places: [], origins: [] }));
    if (tone === "other") known.tone = "other";
    known.places.push({ at: traced.at, start: traced.start, end: traced.end, in: traced.in });
    for (const origin of traced.origins) if (!known.origins.some((one) => original(one.at) === original(origin.at) && one.start === origin.start)) known.origins.push({ ...origin, at: original(origin.at) });
    put(traced.at, { start: traced.start, end: traced.end, tone, groups: [group], says: saysOf(tone, traced.origins) });
  }
  for (const [group, { origins, value, tone }] of groups)
    for (const origin of origins) {
      const isBad = tone === "other" && wrongOrigin(origin);
      put(origin.at, { start: origin.start, end: origin.end, tone: isBad ? "wrong-origin" : "origin", groups: [group], says: isBad ? `the answer took ${value} from here, another subject's` : `the answer says ${value}` });
    }
  for (const finding of findings)
    for (const { at, start, end } of finding.evidence) if (start !== undefined && end !== undefined) put(original(at), { start, end, tone: "evidence", groups: [], says: `evidence of ${finding.cause}` });
  return {
    marksAt: (at) => marks.get(at) ?? none,
    groupOf: (group) => {
      const found = groups.get(group);
      return found === undefined ? undefined : { group, ...found };
    },
    groups: [...groups].map(([group, one]) => ({ group, ...one })),
  };
}

const bare = (value: string): string => value.trim().toLowerCase();
const saysOf = (tone: Mark["tone"], origins: readonly ValueOrigin[]): string => {
  if (tone === "nowhere") return "stands nowhere in the input";
  const from = origins[0]?.sourceId ?? origins[0]?.kind ?? "";
  return tone === "other" ? `from ${from}, which is about another subject` : tone === "derived" ? `worked out from ${from}` : `from ${from}`;
};

/** The same chunks stand in each generation of a trace; the page shows them once, where they stand first. */
export function originalChunks({ generations }: Pick<Reconstruction, "generations">): (at: string) => string {
  const firstWith = new Map<unknown, number>();
  const leads: number[] = [];
  for (const [index, generation] of generations.entries()) {
    const { chunks } = generation.signals;
    const key = chunks.state === "captured" ? chunks.value : null;
    if (key !== null && !firstWith.has(key)) firstWith.set(key, index);
    leads.push(key === null ? index : (firstWith.get(key) ?? index));
  }
  return (at) => textPointer(at.replace(/^generations\[(\d+)\](?=\.signals\.chunks)/, (whole, index: string) => (leads[Number(index)] === undefined ? whole : `generations[${leads[Number(index)]}]`)));
}
