/**
 * Small closed lists of words causes look for in running text, in the languages models are mostly used in. Each list only ever supports a
 * structural sign (a position, a missing value, a length); none decides alone.
 */

/** "I could not find it", "I don't know": an answer that says it has nothing to say. */
const lacks = [
  /\b(?:do(?:es)? not|don[’']?t|doesn[’']?t|did not|didn[’']?t) (?:have|contain|include|provide|mention|know|specify|cover|address|hold|find|see|appear|say|state|discuss|describe|touch)\b/i,
  /\b(?:could|can|was|were|am|is|are|been)\s?(?:not|n[’']t|unable to|not able to) (?:be )?(?:find|found|locate|located|retrieve|retrieved|look|access|determine|answer|confirm|see|fetch|get|complete|process|available|mentioned|specified|provided)\b/i,
  /(?:\b(?:unable|not able)|n[’']t able) to (?:find|locate|retrieve|look|access|determine|answer|fetch|get|complete|process|provide|confirm)\b/i,
  /\bcan(?:not|[’']t|n[’']t)\s+(?:find|locate|retrieve|access|answer|determine|confirm|see|give|tell|provide)\b/i,
  /\b(?:no|not enough|insufficient|without) (?:specific |relevant |further |any |matching )*(?:information|details?|data|mention|results?|records?|matches|documents?|answer)\b/i,
  /\bnone of (?:the|these|those|my|your|our)\b[^.\n]{0,60}\b(?:passages?|documents?|sources?|excerpts?|articles?|results?|chunks?|texts?|contexts?|pages?|materials?|files?)\b|\b(?:passages?|documents?|sources?|excerpts?|results?|chunks?|contexts?|material)\b[^.\n]{0,40}\b(?:do(?:es)?n[’']?t|do(?:es)? not|did not|didn[’']?t) (?:help|answer|relate|touch|speak)|\b(?:there is|there[’']s|i (?:see|find|found)|contains?) no (?:mention|trace|reference|sign)\b/i,
  /\bi (?:do not|don[’']?t) know\b|\bi[’']?m not sure\b|\bunknown\b|\bnot available\b|\bnothing (?:about|on|was|matching|in (?:the|these|those|my|any|what))\b|\bno (?:longer )?available\b/i,
  /\b(?:ran into|encountered|experienc\w+|there (?:was|is|seems to be|has been)|facing|having) (?:an? |some )?(?:\w+ )?(?:problem|issue|error|difficult\w+|trouble)/i,
  /\b(?:sorry|apolog\w+|unfortunately)\b/i,
  /\b(?:try again|later|technical (?:issue|difficult\w+))\b/i,
  /no (?:se |lo |he |pude |puedo |tengo |hay |encontr)|no (?:dispongo|sé)|lamentablemente|lo siento/i,
  /(?:keine|nicht) (?:\w+ )?(?:information|angaben|gefunden|daten|finden|bekannt)|leider|weiß (?:ich )?nicht|tut mir leid/i,
  /je ne (?:sais|trouve|peux|dispose)|aucune? (?:information|résultat|donnée)|désolé|malheureusement/i,
  /non (?:ho|so|trovo|posso|sono)|nessun|purtroppo|mi dispiace|não (?:sei|encontr|tenho|há)|infelizmente|desculpe/i,
];
export const admitsLack = (text: string): boolean => lacks.some((pattern) => pattern.test(text));

/** A tool's own words for nothing. */
const nothing =
  /^["'\s]*(?:(?:there (?:are|were) )?no (?:\w+ ){0,3}(?:results?|matches|match|records?|rows?|entries|items?|documents?|data|hits?|flights?|files?)\b.{0,60}|\(?(?:0|zero) (?:\w+ )?(?:results?|matches|records?|rows?|items?|hits?).{0,40}|no \w+ (?:\w+ )?(?:matched|found|returned|available).{0,60}|nothing(?: was)? found.{0,40}|not found|none(?: found)?|null|undefined|nil|nan|n\/a|empty|-|keine (?:\w+ )?(?:ergebnisse|treffer|daten|einträge).{0,40}|(?:sin|no hay) (?:\w+ )?resultados.{0,40}|no se encontr.{0,60}|aucune? (?:résultat|donnée|enregistrement).{0,40}|nessun risultato.{0,40}|nenhum resultado.{0,40})[.!"'\s]*$/i;
export const saysNothing = (text: string): boolean => text.length < 160 && nothing.test(text);

/** Marks a tool or an app leaves where it cut. */
const cutMarks =
  /(?:\[|\(|<|…|\.{3}|--|\*)\s*(?:[^\n[\](){}<>]{0,40}\b)?(?:truncat\w*|omitted|clipped|cut off|snipped|abridged|shortened|elided|(?:more|remaining) (?:characters|chars|lines|rows|bytes|tokens|items)|gekürzt|abgeschnitten|truncado|recortado|omitid\w*|tronqué\w*|troncato|省略|截断)[^\n]{0,60}$/i;
const cutWords = /\b(?:truncat(?:ed|ion)|gekürzt|truncado|tronqué|clipped|characters omitted|chars omitted)\b/i;
/** Offset of the mark where the text says near its end that it was cut; -1 where it does not. */
export function cutMark(text: string): number {
  const from = Math.max(0, text.length - 240);
  const tail = text.slice(from).trimEnd();
  const found = cutMarks.exec(tail);
  if (found) return from + found.index;
  const last = tail.slice(-80);
  const word = cutWords.exec(last);
  return word ? from + tail.length - last.length + word.index : -1;
}

/** What stands where a result was taken out of the messages to save room: "[Old tool result content cleared]". */
export const placeholder: RegExp = /^[[(<{*]\s*[^\n\])>}]{0,80}\b(?:cleared|omitted|removed|elided|compacted|pruned|dropped|trimmed|stripped)\b[^\n]{0,80}[\])>}*]$/i;

/** Verbs at the head of a tool's name that say it changes something; its empty result means nothing. */
const writes = /^(?:\w+[._-])?(?:set|put|post|update|insert|upsert|add|create|delete|remove|cancel|send|email|mail|notify|write|save|store|log|think|note|plan|reflect|memorize|remember|click|type|press|scroll|wait|sleep|goto|navigate|open|close|exit|submit|done|finish|complete|transfer|book|schedule|move|rename|copy|mkdir|cd|edit|replace|append|exec|execute|run|bash|shell|python|terminal|computer|command|apply|modify|handoff|respond|final)/i;
export const changesSomething = (tool: string): boolean => writes.test(tool.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase());

const stop = new Set(
  "about above after again against also although among and another any are aren around because been before being below between both but can cannot could did does doing down during each few for from further had has have having here how however into its itself just like made make many may might more most much must name need not now off once only other ought our out over own please same shall she should some such than that the their them then there these they this those through too under until upon very was want way were what when where which while who whom whose why will with within without would you your tell give show know find let does use using used get provide list explain describe help information question answer following based document documents context text passage according der die das und ist nicht ein eine einer von mit für auf den dem des wie was que los las una por para con del como les des est dans pour sur qui une par avec".split(
    " ",
  ),
);
/** Distinct content words, folded, of four letters or more (three for those with a digit), ends of inflected ones cut. */
export function contentWords(text: string): Set<string> {
  const words = new Set<string>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    if (stop.has(word)) continue;
    if (/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/.test(word)) {
      // no blanks between words: pairs of letters stand for them
      for (let at = 0; at + 2 <= word.length; at += 1) words.add(word.slice(at, at + 2));
    } else if (word.length >= 4 || (word.length >= 2 && /\d/.test(word))) words.add(stem(word));
  }
  return words;
}
const stem = (word: string): string => (word.length > 5 ? word.replace(/(?:ization|isation|ations?|ments?|ings?|ness|able|ible|edly|ies|ed|es|s|ly|al|en|er|e)$/, "").slice(0, 8) : word.replace(/s$/, ""));
const known = new WeakMap<object, Set<string>>();
const MAX_WORDS_CHARS = 100_000;
/** The content words of a passage, worked out once. */
export function wordsIn(passage: { readonly text: string }): ReadonlySet<string> {
  let words = known.get(passage);
  if (!words) {
    words = contentWords(passage.text.slice(0, MAX_WORDS_CHARS));
    known.set(passage, words);
  }
  return words;
}
export const shareOf = (words: ReadonlySet<string>, there: { readonly has: (word: string) => boolean }): number => {
  if (words.size === 0) return 0;
  let count = 0;
  for (const word of words) if (there.has(word)) count += 1;
  return count / words.size;
};
