/** What a search of the app's returned, as chunks: the shapes vector stores and frameworks use, read without asking for one of our own. */
import type { RedactedText } from "../format/redacted.ts";
import type { RecordedChunk } from "../format/entries.ts";
import type { TextTable } from "../journal/journal.ts";
import type { RedactionScope } from "../redact/redactor.ts";

export interface HeldChunk {
  readonly sourceId: RedactedText | null;
  readonly text: RedactedText;
  readonly score: number | null;
  readonly metadata: RedactedText | undefined;
}

const CHUNKS = { signal: "chunks" } as const;
const LISTS = ["chunks", "documents", "results", "matches", "hits", "sourceNodes", "items", "data"];
const TEXTS = ["text", "pageContent", "content", "body", "passage", "chunk", "document"];
const IDS = ["sourceId", "source_id", "id", "docId", "documentId", "source", "url"];
const SCORES = ["score", "similarity", "relevance", "relevanceScore"];

export function holdChunks(result: unknown, scope: RedactionScope): HeldChunk[] {
  try {
    return listOf(result).map((one) => holdChunk(one, scope));
  } catch {
    // An object that refuses to be read: what JSON can be made of it stands for it.
    return [asJson(result, scope)];
  }
}
const asJson = (value: unknown, scope: RedactionScope): HeldChunk => ({ sourceId: null, text: scope.json(value, CHUNKS) ?? scope.text("", CHUNKS), score: null, metadata: undefined });


export const chunkEntries = (chunks: readonly HeldChunk[], texts: TextTable): RecordedChunk[] =>
  chunks.map(({ sourceId, text, score, metadata }) => ({ sourceId, text: texts.ref(text), score, ...(metadata === undefined ? {} : { metadata: texts.ref(metadata) }) }));

function listOf(result: unknown): readonly unknown[] {
  if (Array.isArray(result)) return result;
  if (result === null || result === undefined) return [];
  if (typeof result === "object") {
    for (const name of LISTS) {
      const list = (result as Record<string, unknown>)[name];
      if (Array.isArray(list)) return list;
    }
  }
  return [result];
}

function holdChunk(one: unknown, scope: RedactionScope): HeldChunk {
  if (typeof one === "string") return { sourceId: null, text: scope.text(one, CHUNKS), score: null, metadata: undefined };
  // LangChain's `similaritySearchWithScore` gives pairs.
  if (Array.isArray(one) && one.length === 2 && typeof one[1] === "number") return { ...holdChunk(one[0], scope), score: one[1] };
  if (typeof one !== "object" || one === null) return asJson(one, scope);
  const chunk = one as Record<string, unknown>;
  // LlamaIndex's node with score, Qdrant's and Pinecone's payloads.
  const inner = [chunk.node, chunk.payload, chunk.metadata, chunk["_source"]].filter((value): value is Record<string, unknown> => typeof value === "object" && value !== null);
  const places = [chunk, ...inner];
  const text = firstOf(places, TEXTS, (value): value is string => typeof value === "string");
  const id = firstOf(places, IDS, (value): value is string | number => typeof value === "string" || typeof value === "number");
  const score = firstOf([chunk], SCORES, (value): value is number => typeof value === "number" && Number.isFinite(value));
  const rest = without(chunk, [text, id, score]);
  return {
    sourceId: id === undefined ? null : scope.text(String(id.value), { ...CHUNKS, path: ["sourceId"] }),
    text: text === undefined ? (scope.json(chunk, CHUNKS) ?? scope.text("", CHUNKS)) : scope.text(text.value, CHUNKS),
    score: score?.value ?? null,
    metadata: rest === undefined || text === undefined ? undefined : scope.json(rest, { ...CHUNKS, path: ["metadata"] }),
  };
}

interface Found {
  readonly place: object;
  readonly name: string;
}
/** What a chunk carries besides, one level into it too: no text is kept twice. Undefined when that is nothing. */
function without(chunk: Readonly<Record<string, unknown>>, found: readonly (Found | undefined)[]): Readonly<Record<string, unknown>> | undefined {
  const rest: [string, unknown][] = [];
  for (const [name, value] of Object.entries(chunk)) {
    if (found.some((one) => one?.place === chunk && one.name === name)) continue;
    const holdsFound = typeof value === "object" && value !== null && found.some((one) => one?.place === value);
    const kept = holdsFound ? without(value as Readonly<Record<string, unknown>>, found) : value;
    if (kept !== undefined) rest.push([name, kept]);
  }
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

function firstOf<T>(places: readonly Record<string, unknown>[], names: readonly string[], fits: (value: unknown) => value is T): { place: object; name: string; value: T } | undefined {
  for (const place of places) {
    for (const name of names) {
      const value = place[name];
      if (fits(value)) return { place, name, value };
    }
  }
  return undefined;
}
