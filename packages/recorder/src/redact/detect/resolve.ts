/** Turns what the rules found into spans that are sorted and do not overlap, without uncovering anything that one of them covered. */
import { isAlnum } from "./reading.ts";
import type { Span } from "./span.ts";

/** Secrets and checked numbers win over everything; else the longer find, then the surer one. */
const rank = (span: Span): number => (span.type === "SECRET" ? 2 : span.type === "EMAIL" || span.type === "CARD" || span.type === "IBAN" ? 1 : 0);

export function resolve(found: readonly Span[], text: string): Span[] {
  if (found.length < 2) return [...found];
  const ordered = [...found].sort((a, b) => a.start - b.start || b.end - a.end || rank(b) - rank(a) || b.score - a.score);
  const kept: Span[] = [];
  for (const span of ordered) {
    const last = kept.at(-1);
    if (last === undefined || span.start >= last.end) {
      kept.push(span);
      continue;
    }
    if (span.end <= last.end) {
      // inside: a surer kind keeps its type where the outer is a weaker one of the same extent
      if (span.start === last.start && span.end === last.end && rank(span) > rank(last)) kept[kept.length - 1] = span;
      continue;
    }
    const spanWins = rank(span) > rank(last) || (rank(span) === rank(last) && span.end - span.start > last.end - last.start);
    if (spanWins) {
      const front = { ...last, end: span.start };
      kept.pop();
      if (hasContent(text, front.start, front.end)) kept.push(front);
      kept.push(span);
    } else {
      const rest = { ...span, start: last.end };
      if (hasContent(text, rest.start, rest.end)) kept.push(rest);
    }
  }
  return kept;
}

function hasContent(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (isAlnum(unit) || unit >= 0xc0) return true;
  }
  return false;
}
