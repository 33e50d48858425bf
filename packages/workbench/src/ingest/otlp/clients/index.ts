/** A body of a client's own protocol → spans, as the routes name them (server/ingest/clients.ts). */
import type { OtlpSpan } from "../spans.ts";
import type { Ids } from "./ids.ts";
import { spansOfEvents } from "./langfuse.ts";
import { spansOfRunBatch, spansOfRunParts } from "./langsmith.ts";

export { idsBy, type Ids } from "./ids.ts";
export { MalformedClientBody } from "./pieces.ts";

export type ClientProtocol = "langsmith-multipart" | "langsmith-batch" | "langfuse";
export interface ClientSpans {
  readonly spans: readonly OtlpSpan[];
  /** What names no trace. */
  readonly refused: number;
  /** Where the protocol wants them back: ids of its events. */
  readonly events?: { readonly taken: readonly string[]; readonly refused: readonly string[] };
}

/**
 * @param nowMs  stands for times that are not told
 * @throws MalformedClientBody
 */
export async function spansOfClient(protocol: ClientProtocol, body: Uint8Array, contentType: string, ids: Ids, nowMs: number): Promise<ClientSpans> {
  switch (protocol) {
    case "langsmith-multipart":
      return spansOfRunParts(body, contentType, ids, nowMs);
    case "langsmith-batch":
      return spansOfRunBatch(body, ids, nowMs);
    case "langfuse": {
      const { spans, taken, refused } = spansOfEvents(body, ids, nowMs);
      return { spans, refused: refused.length, events: { taken, refused } };
    }
    default:
      return protocol satisfies never;
  }
}
