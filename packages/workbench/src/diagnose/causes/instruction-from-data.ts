/**
 * `instruction-from-data` — text in a chunk or tool result told the model what to do, and it did.
 *
 * Sees: a sentence in retrieved or returned text that speaks to the model or orders an action, and an action or a value of the answer that came from exactly there and from nowhere else: not from the user, not from
 * the system prompt. Can't see: data that steers without words of command.
 * Next: replay without that chunk or tool; fence off data in the prompt.
 */
import type { Passage } from "../passages.ts";
import { sentenceAt } from "../align.ts";
import { named, pointAt, pointAtCall, pointAtValue, replay, type Candidate, type Case, type Evidence } from "../finding.ts";
import type { TracedValue } from "../provenance/provenance.ts";
import { contentWords, shareOf, wordsIn } from "../words.ts";

/** Words that only somebody who addresses a model uses. */
const addressesModel = [
  /\b(?:ignore|disregard|forget|override|bypass|discard)\b[^.\n]{0,40}\b(?:previous|prior|above|earlier|all|any|other|preceding|system|existing)\b[^.\n]{0,30}\b(?:instructions?|prompts?|rules?|messages?|guidelines?|directions?|context|commands?|constraints?)\b/i,
  /\b(?:note|attention|instructions?|important|message|hint|reminder|directive|notice|memo)\b[^.\n]{0,20}\b(?:to|for) (?:the |all |any )?(?:ai|a\.i\.|llms?|assistants?|models?|chat-?bots?|bots?|agents?|language models?|gpt|claude|gemini|copilot)\b/i,
  /\b(?:(?:ai|llm)[ -](?:assistant|agent|model|system|chat-?bot|bot)s?|llms?|language models?|chat-?bots?|assistants?)\b[^.\n]{0,60}\b(?:must|should|shall|always|never|have to|need to|are (?:required|instructed|asked)|is (?:required|instructed|asked)|please)\b/i,
  /\bif you(?:['’]re| are) an? (?:ai|a\.i\.|llm|(?:large )?language model|assistant|chat-?bot|bot|agent|automated)\b/i,
  /\b(?:assistants?|ai agents?|ai models?|language models?|llms?|ai)\b (?:reading|summari[sz]ing|processing|answering|seeing|parsing)\b/i,
  /(?:^|["'(]|<!--)\s*(?:<\|?)?(?:system|developer|assistant|(?:ai )?agent|chat-?bot|llms?|ai)(?:\|?>)?\s*(?:prompt|message|override|notice|note|instruction)?\s*[:>]/im,
  /<\/?(?:system|instructions?|important|admin|system_prompt|assistant)\s*>|\[\/?(?:INST|SYSTEM)\]|<<SYS>>|<\|(?:im_start|system|endoftext)[^|]{0,20}\|>/i,
  /\b(?:you are now|you are no longer|from now on,? (?:you|always|never|only|respond|answer|recommend)|new (?:instructions?|task|rules?|role|objective)|you (?:must|should|will|shall) (?:now )?act as|pretend (?:to be|that)|your (?:new )?(?:task|instructions?|job|goal|role|purpose|system prompt) (?:is|are|now))\b/i,
  /\b(?:do not|don[’']?t|never) (?:mention|tell|reveal|inform|disclose|say|let|show|alert|ask|warn)\b[^.\n]{0,40}\b(?:this|that|it|user|anyone|them|instruction|note|human|customer)\b/i,
  /\b(?:vergiss|ignoriere|missachte)\b[^.\n]{0,50}\b(?:anweisung|instruktion|regel|vorgabe|prompt)/i,
  /\b(?:olvida|ignora|descarta|omite)\b[^.\n]{0,50}\b(?:instruccion|indicacion|regla|órden|orden|prompt)/i,
  /\b(?:oublie[rz]?|ignore[rz]?)\b[^.\n]{0,50}\b(?:instruction|consigne|règle|directive)/i,
  /\b(?:ignora|dimentica|ignore|esqueça|desconsidere)\b[^.\n]{0,50}\b(?:istruzion|regol|instruç|regras)/i,
  /\b(?:KI|IA)[- ]?(?:assistent|modell|agent|asistente|modelo|assistant)\w*/i,
  /(?:忽略|无视|忘记)[^。\n]{0,20}(?:指令|指示|说明|规则|提示)|(?:以前|これまで|上記)の(?:指示|命令)[^。\n]{0,12}(?:無視|忘れ)/u,
];
const speaks = /ignor|disregard|forget|overrid|bypass|discard|\bA\.?I\b|llm|assistant|chat-?bot|language model|\bagents?\b|\bsystem|INST\]|\|im_start|instruction|important>|admin>|you are n|from now on|new (?:task|rule|role|obj)|act as|pretend|your (?:task|job|goal|role|purpose|new)|(?:not|n't|never) (?:mention|tell|reveal|inform|disclose|say|let|show|alert|ask|warn)|vergiss|missachte|olvida|descarta|omite|oublie|dimentica|esque|desconsidere|KI[- ]|IA[- ]|忽略|无视|忘记|無視|忘れ/i;
/** An order to somebody: an imperative with the thing to do. */
const orders =
  /(?:^|[.!?:;,"“>\n(]\s*|\b(?:please|kindly|you (?:must|should|need to|have to|are to)|must|then|and|now|first|also|immediately|always|bitte|por favor|veuillez|merci de)\s+)(?:forward|send|email|e-mail|transfer|wire|pay|delete|remove|click|visit|go to|call|dial|reply|respond|include|mention|add|append|end|begin|start|quote|cite|recommend|suggest|say|write|print|output|execute|run|invoke|use|open|download|upload|post|share|tell|ask|direct|redirect|confirm|verify|change|update|cancel|book|approve|grant|reset|provide|submit|contact|copy|export|buy|purchase|leite|sende|schick\w*|überweis\w*|nenne|antworte|envía|envíe|reenvía|transfiere|responde|menciona|envoyez|transférez|répondez|mentionnez|invia|inoltra|envie|encaminhe)\b/i;
const authority = /\b(?:important|urgent|immediately|right away|at once|asap|before (?:you |continuing|answering|responding|proceeding)|afterwards?|do not|don[’']?t|never|always|must|required|mandatory|instead|secret|confidential|override|security|verification|authori[sz]ed|admin(?:istrator)?|system)\b/i;

interface Order {
  readonly passage: Passage;
  readonly start: number;
  readonly end: number;
  /** Speaks to the model, or merely orders something. */
  readonly toModel: boolean;
}

export function instructionFromData(seen: Case): readonly Candidate[] {
  const { view, values } = seen;
  const found: Candidate[] = [];
  const add = (order: Order, followed: Evidence, words: string, confidence: number): void => {
    const { passage } = order;
    const isChunk = passage.kind === "chunk";
    const source = passage.sourceId ?? passage.call?.name ?? "the input";
    const text = passage.text.slice(order.start, order.end);
    found.push({
      cause: "instruction-from-data",
      title: `${isChunk ? `Chunk ${named(source)}` : `The result of ${named(passage.call?.name ?? source)}`} told the model what to do (“${named(text)}”), and ${words}`,
      confidence,
      evidence: [pointAt(passage, order.start, order.end), followed],
      next: replay(view.trace.traceId, isChunk ? `--without chunk:${source}` : `--without tool:${source}`),
    });
  };
  for (const traced of values) {
    const order = orderBehind(traced);
    if (!order) continue;
    if (traced.in === "tool-arguments") {
      const call = view.calls.find((candidate) => candidate.index === traced.call);
      if (!call) continue;
      const asked = order.toModel || mentionsTool(order, call.name);
      const confidence = order.toModel ? 0.95 : asked ? 0.92 : 0.8;
      add(order, pointAtCall(call), `${named(call.name)} was called with ${named(traced.value.text)}`, confidence);
    } else if (traced.generation === view.finalIndex && view.answer) add(order, pointAtValue(traced, traced.in === "completion" ? view.answer.text : traced.value.text), `the answer says ${named(traced.value.text)}`, order.toModel ? 0.94 : 0.6);
  }
  for (const passage of view.passages) {
    if (passage.kind !== "chunk" && passage.kind !== "tool-result") continue;
    for (const order of ordersToModel(passage)) {
      const followed = followedInWords(seen, order);
      if (followed) add(order, followed.evidence, followed.words, 0.9);
    }
  }
  return found.toSorted((a, b) => b.confidence - a.confidence).slice(0, 1);
}

/** The order a value was given in, when every place it came from is data and one of them is an order. */
function orderBehind(traced: TracedValue): Order | null {
  if (traced.value.type === "quote" || (traced.value.type === "number" && traced.value.number.value < 100 && traced.value.number.decimals === 0)) return null;
  if (traced.hits.length === 0 || traced.hits.some((hit) => hit.passage.kind === "question" || hit.passage.kind === "system" || hit.passage.kind === "message")) return null;
  for (const hit of traced.hits) {
    const { passage } = hit;
    if (passage.kind !== "chunk" && passage.kind !== "tool-result") continue;
    const sentence = aroundOf(passage.text, hit.start, hit.end);
    const text = passage.text.slice(sentence.start, sentence.end);
    const toModel = addressesModel.some((pattern) => pattern.test(text));
    if (toModel && (orders.test(text) || authority.test(text))) return { passage, ...sentence, toModel };
    if (traced.in !== "tool-arguments") continue;
    const own = sentenceAt(passage.text, hit.start, hit.end);
    const said = passage.text.slice(own.start, own.end);
    if (orders.test(said) && (authority.test(text) || traced.value.type === "identifier" || traced.value.type === "url") && said.length < 400 && contentWords(said).size >= 4) return { passage, start: own.start, end: own.end, toModel: false };
  }
  return null;
}
/** The sentence and its neighbours: an order's address and its object may stand in two of them. */
function aroundOf(text: string, start: number, end: number): { readonly start: number; readonly end: number } {
  const own = sentenceAt(text, start, end);
  const before = own.start > 0 ? sentenceAt(text, Math.max(0, own.start - 3), Math.max(0, own.start - 2)) : own;
  const from = own.start - before.start < 240 ? before.start : own.start;
  return { start: from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0), end: own.end };
}
const mentionsTool = (order: Order, tool: string): boolean => {
  const words = contentWords(tool.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_-]/g, " "));
  return shareOf(words, contentWords(order.passage.text.slice(order.start, order.end))) > 0;
};

function* ordersToModel(passage: Passage): Iterable<Order> {
  // one pass for the words without which no pattern can match, before the patterns themselves
  if (passage.text.length > 400_000 || !speaks.test(passage.text)) return;
  for (const pattern of addressesModel) {
    const found = pattern.exec(passage.text);
    if (!found) continue;
    const sentence = sentenceAt(passage.text, found.index, found.index + found[0].length);
    const next = sentenceAt(passage.text, Math.min(passage.text.length, sentence.end + 1), Math.min(passage.text.length, sentence.end + 2));
    yield { passage, start: sentence.start, end: Math.max(sentence.end, Math.min(next.end, sentence.end + 300)), toModel: true };
  }
}
/** The answer repeats the order's own words, or a call of the tool it names was made. */
function followedInWords(seen: Case, order: Order): { readonly evidence: Evidence; readonly words: string } | null {
  const { view } = seen;
  const text = order.passage.text.slice(order.start, order.end);
  const later = view.calls.find((call) => call.order > order.passage.order && call.name.length > 3 && text.toLowerCase().includes(call.name.toLowerCase()));
  if (later) return { evidence: pointAtCall(later), words: `${named(later.name)} was called` };
  const carried = carriedOut(seen, order, text);
  if (carried) return carried;
  const answer = view.answer;
  if (answer === null) return null;
  const token = markedToken(text, seen, order);
  if (token !== null) {
    const at = answer.text.indexOf(token);
    if (at >= 0) return { evidence: { at: answer.at, sourceId: null, excerpt: named(answer.text.slice(Math.max(0, at - 40), at + token.length + 40)), start: at, end: at + token.length }, words: `the answer says ${named(token)}` };
  }
  const wanted = rareWords(text, seen, order);
  if (wanted.size < 2) return null;
  const said = contentWords(answer.text);
  const share = shareOf(wanted, said);
  return share >= 0.5 && wanted.size * share >= 2 ? { evidence: { at: answer.at, sourceId: null, excerpt: named(answer.text.slice(-200)) }, words: "the answer follows" } : null;
}
/** A later call has an argument of the order's own words, which nobody else wrote. */
function carriedOut(seen: Case, order: Order, text: string): { readonly evidence: Evidence; readonly words: string } | null {
  const folded = text.replace(/\s+/g, " ");
  for (const call of seen.view.calls) {
    if (call.order <= order.passage.order || call === order.passage.call) continue;
    for (const match of call.arguments.slice(0, 20_000).matchAll(/"((?:[^"\\]|\\.){8,400})"/g)) {
      const words = (match[1] ?? "").replace(/\\(["\\/])/g, "$1").replace(/\s+/g, " ").trim();
      if (words.length < 8 || !/\s|[/@]/.test(words) || !folded.includes(words)) continue;
      const elsewhere = seen.view.passages.some((passage) => (passage.kind === "question" || passage.kind === "system" || passage.kind === "message") && !passage.text.includes(text.slice(0, 60)) && passage.text.includes(words));
      if (!elsewhere) return { evidence: pointAtCall(call), words: `${named(call.name)} was called with ${named(words)}` };
    }
  }
  return null;
}
/** What an order puts in quotes or capitals, when it stands nowhere else in the input and in the answer. */
function markedToken(text: string, seen: Case, order: Order): string | null {
  const answer = seen.view.answer?.text ?? "";
  for (const match of text.matchAll(/["“'‘`]([^"”'’`\n]{3,120})["”'’`]|\b([A-Z][A-Z0-9_-]{3,})\b/g)) {
    const token = match[1] ?? match[2] ?? "";
    if (!answer.includes(token) || /^(?:IMPORTANT|SYSTEM|NOTE|URGENT|ATTENTION|WARNING|ASSISTANT|INSTRUCTIONS?|MUST|NEVER|ALWAYS|ONLY|JSON|HTML)$/.test(token)) continue;
    const elsewhere = seen.view.passages.some((passage) => passage !== order.passage && passage.kind !== "completion" && passage.kind !== "tool-arguments" && !passage.text.includes(text.slice(0, 80)) && passage.text.includes(token));
    if (!elsewhere) return token;
  }
  return null;
}
/** Words of an order that stand nowhere else in the input. */
function rareWords(text: string, seen: Case, order: Order): Set<string> {
  const words = contentWords(text.replace(/\b(?:ignore|previous|instructions?|assistants?|models?|important|system|always|must|should|answer|user|prompt|mention|include|respond)\b/gi, " "));
  for (const passage of seen.view.passages) {
    if (passage === order.passage || passage.kind === "completion" || passage.kind === "tool-arguments") continue;
    const there = wordsIn(passage);
    for (const word of words) if (there.has(word)) words.delete(word);
  }
  const rest = contentWords(`${order.passage.text.slice(0, order.start)} ${order.passage.text.slice(order.end)}`.slice(0, 40_000));
  for (const word of words) if (rest.has(word)) words.delete(word);
  return words;
}
