/**
 * Ids of other tools → ours, the same each time: a UUID is a trace id without its hyphens, and its random end is a span id; hex of the right length is itself; anything else is
 * hashed, as Langfuse's own `createTraceId` does. What is hashed went through the redactor: a record number that an app uses as an id is not to be guessed from its hash.
 */
import { createHash } from "node:crypto";

export interface Ids {
  trace(id: string): string;
  span(id: string): string;
  /** Was it made up by the app, and so worth keeping as it stands? */
  isHashed(id: string): boolean;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @param redacted  a text as it may be stored */
export function idsBy(redacted: (text: string) => string): Ids {
  const hashed = (id: string): string => createHash("sha256").update(redacted(id)).digest("hex");
  const isTrace = (id: string): boolean => uuid.test(id) || /^[0-9a-f]{32}$/i.test(id);
  return {
    trace: (id) => (isTrace(id) ? id.replaceAll("-", "").toLowerCase() : hashed(id).slice(0, 32)),
    span: (id) => (isTrace(id) ? id.replaceAll("-", "").slice(16).toLowerCase() : /^[0-9a-f]{16}$/i.test(id) ? id.toLowerCase() : hashed(id).slice(0, 16)),
    isHashed: (id) => !isTrace(id),
  };
}
