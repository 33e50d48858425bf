/**
 * Which colour a pseudonym has: the same person the same one, wherever they are named. Colour 0 is whom the request is about.
 *
 * A name and a record number that stand alone together in one chunk are one person's; dates are nobody's (siblings share a birthday).
 */
import { pseudonymsIn, type Pseudonym, type Reconstruction } from "@whysaid/recorder/format";

const COLOURS = 6;
const NOBODYS: ReadonlySet<string> = new Set(["DATE", "TIME", "AGE"]);
export const identityOf = ({ type, parts }: Pick<Pseudonym, "type" | "parts">): string => `${type}:${parts.join(".")}`;

/** @returns colour class of a pseudonym: `p0` … `p5`, `pn` for what belongs to no person */
export type ColourOf = (pseudonym: Pick<Pseudonym, "type" | "parts">) => string;

export function coloursOf(story: Reconstruction): ColourOf {
  const leader = new Map<string, string>();
  const leaderOf = (one: string): string => {
    let at = one;
    for (let next = leader.get(at); next !== undefined && next !== at; next = leader.get(at)) at = next;
    return at;
  };
  const join = (identities: readonly string[]): void => {
    const [first, ...others] = identities.map(leaderOf);
    if (first !== undefined) for (const other of others) if (other !== first) leader.set(other, first);
  };
  const identitiesIn = (text: string): readonly Pseudonym[] => [...pseudonymsIn(text)].filter(({ type }) => !NOBODYS.has(type));
  const subject = Object.values(story.subject ?? {}).flatMap((text) => identitiesIn(text).map(identityOf));
  join(subject);
  const seen = new Set<string>();
  for (const generation of story.generations) {
    const { chunks } = generation.signals;
    if (chunks.state === "missing") continue;
    for (const { text } of chunks.value) {
      if (seen.has(text)) continue;
      seen.add(text);
      const here = identitiesIn(text);
      const names = new Set(here.filter(({ type }) => type === "PERSON").map(identityOf));
      const ids = new Set(here.filter(({ type }) => type !== "PERSON").map(identityOf));
      if (names.size === 1 && ids.size === 1) join([...names, ...ids]);
    }
  }
  const colours = new Map<string, number>(subject[0] === undefined ? [] : [[leaderOf(subject[0]), 0]]);
  return (pseudonym) => {
    if (NOBODYS.has(pseudonym.type)) return "pn";
    const key = leaderOf(identityOf(pseudonym));
    let colour = colours.get(key);
    if (colour === undefined) {
      colour = 1 + ((colours.size - (colours.has(leaderOf(subject[0] ?? "")) ? 1 : 0)) % (COLOURS - 1));
      colours.set(key, colour);
    }
    return `p${colour}`;
  };
}
