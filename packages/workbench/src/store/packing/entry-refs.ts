/**
 * Where an entry names texts. One walk, in one order, serves renumbering (journal's numbers to the store's) and packing (numbers taken out
 * of the JSON and put back).
 */
import { unreachable, type Entry, type Pieces, type RecordedBody, type RecordedError, type TextRef } from "@whysaid/recorder/format";

/** `opaque`: no text for people (base64, a stack, metadata), which a search has no business with. */
export type TextRole = "prose" | "opaque";

export interface RefMap {
  text(ref: TextRef, role: TextRole): TextRef;
  pieces(pieces: Pieces): Pieces;
}

type NullableRef = TextRef | null;
const refOrNull = (value: NullableRef, map: RefMap): NullableRef => (value === null ? null : map.text(value, "prose"));

/** A copy of the entry with every reference mapped, and without `texts`. */
export function mapRefs(entry: Entry, map: RefMap): Entry {
  switch (entry.kind) {
    case "writer":
    case "writer-end":
    case "gap":
    case "problem":
      return entry;
    case "trace-start":
    case "trace-update": {
      const { texts: _, ...rest } = entry;
      return rest.prompt === undefined ? rest : { ...rest, prompt: { ...rest.prompt, variables: refOrNull(rest.prompt.variables, map) } };
    }
    case "trace-end": {
      const { texts: _, ...rest } = entry;
      return { ...rest, ...mappedError(rest, map) };
    }
    case "retrieval": {
      const { texts: _, ...rest } = entry;
      return {
        ...rest,
        query: refOrNull(rest.query, map),
        chunks: rest.chunks.map((chunk) => ({ ...chunk, text: map.text(chunk.text, "prose"), ...(chunk.metadata === undefined ? {} : { metadata: map.text(chunk.metadata, "opaque") }) })),
        ...mappedError(rest, map),
      };
    }
    case "tool": {
      const { texts: _, ...rest } = entry;
      return { ...rest, arguments: refOrNull(rest.arguments, map), result: refOrNull(rest.result, map), ...mappedError(rest, map) };
    }
    case "parse": {
      const { texts: _, ...rest } = entry;
      return { ...rest, input: refOrNull(rest.input, map), result: refOrNull(rest.result, map), ...mappedError(rest, map) };
    }
    case "validation": {
      const { texts: _, ...rest } = entry;
      return { ...rest, checks: rest.checks.map((check) => ({ ...check, value: refOrNull(check.value, map) })) };
    }
    case "action": {
      const { texts: _, ...rest } = entry;
      return { ...rest, before: refOrNull(rest.before, map), after: refOrNull(rest.after, map) };
    }
    case "request": {
      const { texts: _, ...rest } = entry;
      return { ...rest, body: mappedBody(rest.body, map) };
    }
    case "response": {
      const { texts: _, ...rest } = entry;
      return { ...rest, body: mappedBody(rest.body, map), ...mappedError(rest, map) };
    }
    case "generation": {
      const { texts: _, ...rest } = entry;
      const signals = Object.fromEntries(Object.entries(rest.signals).map(([name, json]) => [name, typeof json === "number" ? map.text(json, "prose") : map.pieces(json)]));
      return { ...rest, signals, ...mappedError(rest, map) };
    }
    default:
      return unreachable(entry);
  }
}

function mappedError(holder: { readonly error?: RecordedError }, map: RefMap): { readonly error?: RecordedError } {
  const { error } = holder;
  if (error === undefined) return {};
  return { error: error.stack === undefined ? error : { ...error, stack: map.text(error.stack, "opaque") } };
}

function mappedBody(body: RecordedBody, map: RefMap): RecordedBody {
  switch (body.form) {
    case "none":
    case "dropped":
      return body;
    case "base64":
      return { ...body, text: map.text(body.text, "opaque") };
    case "text": {
      const channels = mappedChannels(body.channels, map);
      return { ...body, ...channels, pieces: map.pieces(body.pieces) };
    }
    case "eventstream": {
      const channels = mappedChannels(body.channels, map);
      const messages = body.messages.map(([headers, ...payload]) => [map.text(headers, "opaque"), ...payload.map((pieces) => map.pieces(pieces))] as unknown as (typeof body.messages)[number]);
      return { ...body, ...channels, messages, ...(body.tail === undefined ? {} : { tail: map.text(body.tail, "opaque") }) };
    }
    default:
      return unreachable(body);
  }
}

const mappedChannels = (channels: readonly TextRef[] | undefined, map: RefMap): { readonly channels?: readonly TextRef[] } =>
  channels === undefined ? {} : { channels: channels.map((ref) => map.text(ref, "prose")) };

/** Every text an entry names, repeated as often as it does. */
export function refsOf(entry: Entry): readonly TextRef[] {
  const refs: TextRef[] = [];
  const text = (ref: TextRef): TextRef => {
    refs.push(ref);
    return ref;
  };
  mapRefs(entry, { text, pieces: (pieces) => mapPieces(pieces, text) });
  return refs;
}

/** Pieces with their text numbers mapped; slices of channels stay as they are. */
export function mapPieces(pieces: Pieces, text: (ref: TextRef) => TextRef): Pieces {
  const mapped: number[] = [];
  for (let at = 0; at < pieces.length; at += 1) {
    const code = pieces[at] as number;
    if (code >= 0) mapped.push(text(Math.floor(code / 4)) * 4 + (code % 4));
    else {
      mapped.push(code, pieces[at + 1] as number);
      at += 1;
    }
  }
  return mapped;
}
