/**
 * What the store's narrow columns say of a body: models, tokens, the answer. The body is read by its protocol's decoder, but not whole: of a request the long
 * texts are left out, of a stream runs of equal deltas are read as one.
 */
import { isFilter, isTokenLimit, renderBody, renderGiven, type GenerationEntry, type Pieces, type Protocol, type RecordedBody, type RequestEntry, type ResponseEntry, type TextOf, type UserAction } from "@whysaid/recorder/format";
import { decodeResponseBody, type DecodedResponse } from "@whysaid/recorder/wire";
import { emptyDigest, type Digest, type DigestOf } from "../store/digest.ts";

export const digestOf: DigestOf = (entry, protocol, textOf) => {
  try {
    switch (entry.kind) {
      case "request":
        return { ...emptyDigest, requestedModel: entry.model ?? modelOf(entry, textOf) };
      case "response":
        return protocol === null ? emptyDigest : digestOfResponse(entry, protocol, textOf);
      case "generation":
        return digestOfGiven(entry, textOf);
      default:
        return emptyDigest;
    }
  } catch {
    // A lost text or a body that is not what its protocol says: the columns stay empty, the entry is kept whole.
    return emptyDigest;
  }
};

/** Longer strings of a request are no model's name. */
const LONG_UNITS = 128;

/** `model` among the scalars a body begins with, before anything nests. */
const LEADING_MODEL = /^\s*\{(?:[^"{}[\]]|"(?:[^"\\]|\\.)*")*?"model"\s*:\s*"([^"\\]*)"/;

/** The `model` at the top of the body, read without its long texts. */
function modelOf(entry: RequestEntry, textOf: TextOf): string | null {
  if (entry.body.form !== "text") return null;
  const [first] = entry.body.pieces;
  const leading = first === undefined || first < 0 || first % 4 !== 0 ? null : LEADING_MODEL.exec(textOf(first / 4).slice(0, 2 * LONG_UNITS));
  if (leading !== null) return leading[1] ?? null;
  const short: string[] = [];
  let isString = false;
  for (const code of entry.body.pieces) {
    if (code < 0) return null;
    const text = textOf(Math.floor(code / 4));
    const isEscaped = code % 4 !== 0;
    const left = (isString || isEscaped) && (text.length > LONG_UNITS || isEscaped) ? "" : text;
    short.push(left);
    isString = !isString && !isEscaped && text.endsWith('"');
  }
  const body: unknown = JSON.parse(short.join(""));
  const model = typeof body === "object" && body !== null && "model" in body ? body.model : null;
  return typeof model === "string" ? model : null;
}

function digestOfResponse(entry: ResponseEntry, protocol: Protocol, textOf: TextOf): Digest {
  const decoded = decodeBody(entry, protocol, textOf);
  if (decoded === null) return emptyDigest;
  const parts = decoded.choices[0]?.parts ?? [];
  const reason = decoded.choices[0]?.finishReason ?? "";
  const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  return {
    ...emptyDigest,
    answeredModel: decoded.model,
    inputTokens: decoded.usage?.inputTokens ?? null,
    outputTokens: decoded.usage?.outputTokens ?? null,
    answer: text === "" ? null : text,
    truncated: isTokenLimit(reason),
    refused: isFilter(reason) || parts.some(({ type }) => type === "refusal"),
  };
}

function decodeBody(entry: ResponseEntry, protocol: Protocol, textOf: TextOf): DecodedResponse | null {
  const rendered = renderBody(withRunsMerged(entry.body), textOf);
  if (rendered.form === "none" || rendered.form === "dropped") return null;
  const contentType = Object.entries(entry.headers).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? null;
  return decodeResponseBody(protocol, rendered.form === "text" ? rendered.text : rendered.bytes, contentType);
}

/** A stream's deltas differ in their text only: "event, text, event, text, …" with equal events says the same as one event with all the text. */
function withRunsMerged(body: RecordedBody): RecordedBody {
  if (body.form !== "text" || body.channels === undefined) return body;
  return { ...body, pieces: mergeRuns(body.pieces) };
}

function mergeRuns(pieces: Pieces): Pieces {
  const merged: number[] = [];
  for (let at = 0; at < pieces.length; at += 1) {
    const code = pieces[at] as number;
    if (code >= 0) {
      merged.push(code);
      continue;
    }
    at += 1;
    const units = pieces[at] as number;
    const top = merged.length;
    // …, literal, cut, its units, the same literal | the same cut, its units, the same literal
    const repeats = top >= 4 && merged[top - 1] === merged[top - 4] && merged[top - 3] === code && merged[top - 1] === pieces[at + 1];
    if (repeats) {
      merged[top - 2] = (merged[top - 2] as number) + units;
      at += 1;
    } else merged.push(code, units);
  }
  return merged;
}

function digestOfGiven(entry: GenerationEntry, textOf: TextOf): Digest {
  const signal = (name: keyof GenerationEntry["signals"]): Readonly<Record<string, unknown>> => {
    const json = entry.signals[name];
    const given: unknown = json === undefined ? null : JSON.parse(renderGiven(json, textOf));
    // An import keeps whole signals: {state, value}.
    const value: unknown = typeof given === "object" && given !== null && "state" in given && "value" in given ? given.value : given;
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  };
  const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
  const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
  const model = signal("model");
  const usage = signal("usage");
  const latency = signal("latency");
  const completion = signal("completion");
  const reason = text(completion["finishReason"]) ?? "";
  const parsed = signal("parsed")["result"] ?? null;
  const validation = Object.values(signal("validation")) as readonly { readonly outcome?: unknown; readonly rule?: unknown; readonly validator?: unknown }[];
  const rules = (wanted: string): readonly string[] => validation.filter(({ outcome }) => outcome === wanted).map(({ rule, validator }) => text(rule) ?? text(validator) ?? "unnamed");
  return {
    requestedModel: text(model["requested"]),
    answeredModel: text(model["answered"]),
    inputTokens: number(usage["inputTokens"]),
    outputTokens: number(usage["outputTokens"]),
    firstChunkMs: number(latency["timeToFirstChunkMs"]),
    answer: text(completion["text"]),
    parsed: parsed === null ? null : JSON.stringify(parsed),
    truncated: isTokenLimit(reason),
    refused: isFilter(reason) || (text(completion["refusal"]) ?? "") !== "",
    failedRules: rules("failed"),
    passedRules: rules("passed"),
    action: actionOf(signal("action")["action"]),
  };
}
const actionOf = (value: unknown): UserAction | null => (value === "accept" || value === "edit" || value === "retry" || value === "abandon" ? value : null);
