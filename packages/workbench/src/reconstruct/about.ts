/**
 * Which generation a step or an action is about: the one that said its text (equal, or one inside the other), else the last one answered
 * before it.
 */
import { isAnswered, saidTexts, type Call } from "./calls.ts";

/** Below this a text stands inside too many others to say anything. */
const TELLING_CHARS = 8;

/**
 * @param text   what the step worked on, null when that is not recorded
 * @param place  only generations that began before it count; null for actions, which may be recorded before their call
 * @returns      index among `calls`, which are in the order of their start; null when there is none
 */
export function callAbout(calls: readonly Call[], text: string | null, place: number | null): number | null {
  const candidates = calls.map((call, index) => ({ call, index })).filter(({ call }) => place === null || call.start < place);
  candidates.reverse();
  const wanted = text?.trim() ?? "";
  if (wanted !== "") {
    const saidBy = (fits: (said: string) => boolean): number | null => candidates.find(({ call }) => saidTexts(call).some((said) => fits(said.trim())))?.index ?? null;
    const equal = saidBy((said) => said === wanted);
    if (equal !== null) return equal;
    if (wanted.length >= TELLING_CHARS) {
      const inside = saidBy((said) => said.includes(wanted)) ?? saidBy((said) => said.length >= TELLING_CHARS && wanted.includes(said));
      if (inside !== null) return inside;
    }
  }
  const ended = candidates.find(({ call }) => isAnswered(call) && (place === null || call.end < place));
  return (ended ?? candidates.find(({ call }) => isAnswered(call)) ?? candidates[0])?.index ?? null;
}
