/**
 * `refusal` — the model, or a filter in front of or behind it, declined to answer.
 *
 * Sees: a refusal in the protocol's own field, finish reasons of filters and guardrails, a request rejected for its content, and a short answer that
 * declines in words. Can't see: an answer that declines only part of what was asked.
 * Next: replay without the passages a filter may have taken offence at.
 */
import { isFilter } from "@whysaid/recorder/format";
import { named, pointAtText, replay, type Candidate, type Case } from "../finding.ts";
import { contentWords, shareOf, wordsIn } from "../words.ts";

const rejectedForContent = /content[_ -]?(?:filter|policy|management)|responsibleai|safety system|prohibited content|blocked by (?:our|the)|flagged|guardrail/i;

export function refusal(seen: Case): readonly Candidate[] {
  const { view } = seen;
  const { final, finalIndex } = view;
  if (final === null) return [];
  const next = replay(view.trace.traceId, "--n 5");
  const at = `generations[${finalIndex}].signals.completion.value`;
  const { completion } = final.signals;
  if (final.error !== null && (final.status === null || final.status >= 400 || final.state !== "complete") && rejectedForContent.test(`${final.error.name} ${final.error.message}`)) {
    return [{ cause: "refusal", title: `The provider rejected the request for its content: ${named(final.error.message)}`, confidence: 0.93, evidence: [pointAtText(`generations[${finalIndex}].error`, `${final.error.name}: ${final.error.message}`)], next }];
  }
  if (completion.state !== "captured") return [];
  const { refusal: field, finishReason, text } = completion.value;
  if (field !== null && field.trim() !== "") return [{ cause: "refusal", title: `The model declined: ${named(field)}`, confidence: 0.97, evidence: [pointAtText(`${at}.refusal`, field)], next }];
  if (finishReason !== null && isFilter(finishReason))
    return [{ cause: "refusal", title: `The answer was stopped by a filter (finish reason ${finishReason})`, confidence: 0.95, evidence: [{ at: `${at}.finishReason`, sourceId: null, excerpt: finishReason }, pointAtText(`${at}.text`, text)], next }];
  const found = declines(text);
  if (found === null || groundedIn(seen, text)) return [];
  return [{ cause: "refusal", title: `The model declined in words: ${named(text.slice(found.start, found.end))}`, confidence: found.sure ? 0.92 : 0.75, evidence: [pointAtText(`${at}.text`, text, found.start, found.end)], next }];
}

/** An answer that speaks of what tools and chunks say reports a limit of the data, it does not refuse. */
function groundedIn(seen: Case, text: string): boolean {
  const words = contentWords(text);
  if (words.size < 9) return false;
  return seen.view.passages.some((passage) => (passage.kind === "tool-result" || passage.kind === "chunk" || passage.kind === "system") && shareOf(words, wordsIn(passage)) >= 0.6);
}

/** First person, inability or unwillingness, and a verb of helping that has the request itself for its object. */
const patterns: readonly (readonly [RegExp, boolean])[] = [
  [/\bI(?:['’]m| am)? ?(?:can(?:not|['’]t|\s+not)|won['’]t|will not|unable to|not able to|not allowed to|not permitted to|must decline to|have to decline to|decline to|refuse to|not comfortable|could not|couldn['’]t)\s+(?:\w+\s+)?(?:assist|help|comply|fulfil\w*|engage|participate|support|continue|accommodate|satisfy)\b[^.!?\n]{0,30}\b(?:with|to|in|on|your|this|that|it|request|conversation)\b/i, true],
  [/\bI(?:['’]m| am)? ?(?:can(?:not|['’]t)|won['’]t|will not|unable to|not able to|must decline to|decline to)\s+(?:\w+\s+)?(?:provide|generate|create|write|produce|share|give|discuss|answer|respond|offer|do|say|complete|describe|explain)\b[^.!?\n]{0,60}\b(?:content|request|information|instructions?|advice|that|this|question|such|harmful|illegal|explicit|sensitive)\b/i, false],
  [/\bI (?:must|have to|will have to|need to|would|['’]ll have to)\s+(?:\w+ly\s+)?(?:decline|refuse|refrain|pass on)\b/i, true],
  [/\bnot (?:something|a (?:topic|subject|question|matter)|one) (?:that |which )?I(?:['’]m| am| can| could)\b/i, true],
  [/\bI(?:['’]d| would) (?:rather|prefer) (?:not|to not)\b/i, true],
  [/\bI(?:['’]m| am)? ?not (?:permitted|allowed|authori[sz]ed|at liberty|comfortable|willing|able) to\s+(?:\w+\s+)?(?:share|discuss|talk|speak|cover|go into|comment|get into|advise|weigh in|disclose|reveal)\b/i, false],
  [/\bas an? (?:AI|artificial intelligence|language model|LLM)\b[^.!?\n]{0,80}\b(?:can(?:not|['’]t)|unable|not able|don['’]t|do not|not allowed|must not)\b/i, true],
  [/\b(?:against|violat\w+|not (?:in line|consistent|aligned) with|outside)\b[^.!?\n]{0,30}\b(?:my|our|the|openai['’]?s?|usage|content|safety|ethical)\b[^.!?\n]{0,20}\b(?:guidelines|polic(?:y|ies)|programming|principles|values|rules|terms)\b/i, true],
  [/\b(?:the|this) model (?:cannot|can['’]t|is unable to|was unable to) (?:answer|respond|process|comply|help|assist)\b/i, true],
  [/\b(?:your|this|the) (?:request|prompt|input|message|question) (?:was|has been|is) (?:blocked|rejected|flagged|refused|denied|declined)\b/i, true],
  [/\bno (?:puedo|podemos|me es posible|soy capaz de|me está permitido)\s+(?:\w+\s+)?(?:ayudar|asistir|cumplir|proporcionar|responder|continuar|atender|realizar|generar|complacer)\w*/i, true],
  [/\b(?:kann|darf|werde|möchte) (?:ich )?(?:\S+ ){0,4}?(?:nicht|keine)\b[^.!?\n]{0,60}\b(?:helfen|weiterhelfen|beantworten|unterstützen|nachkommen|erfüllen|bereitstellen|behilflich|entsprechen)\b/i, true],
  [/\bje ne (?:peux|suis|pourrai|souhaite)\s?(?:pas|en mesure|malheureusement)\b[^.!?\n]{0,50}\b(?:aider|répondre|assister|fournir|satisfaire|donner suite|accéder|traiter|vous)\b/i, true],
  [/\bnon (?:posso|sono in grado di|mi è possibile)\s+(?:\w+\s+)?(?:aiutar|assister|rispondere|fornire|soddisfare|procedere)\w*/i, true],
  [/\bnão (?:posso|consigo|é possível|me é permitido)\s+(?:\w+\s+)?(?:ajudar|atender|responder|fornecer|cumprir|auxiliar|prosseguir)\w*/i, true],
  [/(?:お手伝い|お答え|対応|回答|ご要望|支援)[^。\n]{0,16}(?:できません|できかねます|いたしかねます)|(?:无法|不能|抱歉)[^。\n]{0,16}(?:提供|帮助|协助|回答|满足|完成)|(?:도와|답변|도움)[^.\n]{0,14}(?:없습니다|어렵습니다)/u, true],
];

function declines(text: string): { readonly start: number; readonly end: number; readonly sure: boolean } | null {
  const trimmed = text.trim();
  if (trimmed.length === 0 || trimmed.length > 900) return null;
  const head = text.slice(0, 320);
  for (const [pattern, sure] of patterns) {
    const found = pattern.exec(head);
    if (!found) continue;
    // what the data lacks is no refusal
    if (/\b(?:document|context|passage|source|database|record|reservation|flight|order|result|provided (?:text|information))s?\b/i.test(trimmed) && !/\b(?:guideline|polic|harm|illegal|unethical)/i.test(trimmed)) return null;
    // a question back is no refusal, an offer of other help is no question back
    if (/\?\s*$/.test(trimmed) && !/\b(?:anything|something|what|how) else\b[^?]{0,60}\?\s*$/i.test(trimmed) && !/^(?:I['’]m|I am)? ?(?:very |truly )?(?:sorry|unable|not able)|guideline|polic/i.test(trimmed)) return null;
    if (trimmed.length > 420 && found.index > 140) continue;
    return { start: found.index, end: found.index + found[0].length, sure: sure && trimmed.length <= 420 };
  }
  return null;
}
