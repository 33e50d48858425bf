/** AWS event streams for tests: header blocks of string headers, and a whole stream from its events. */
import { buildEventStreamMessage } from "../eventstream.ts";

export function eventHeaders(headers: Readonly<Record<string, string>>): Uint8Array {
  const parts = Object.entries(headers).map(([name, value]) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(Buffer.byteLength(value));
    return Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(name), Buffer.from([7]), length, Buffer.from(value)]);
  });
  return Buffer.concat(parts);
}

/** `[event type, payload as JSON]` each. */
export function eventStream(events: readonly (readonly [type: string, json: unknown])[]): Uint8Array {
  return Buffer.concat(
    events.map(([type, json]) =>
      buildEventStreamMessage(
        eventHeaders({ [type.endsWith("Exception") ? ":exception-type" : ":event-type"]: type, ":content-type": "application/json", ":message-type": type.endsWith("Exception") ? "exception" : "event" }),
        Buffer.from(JSON.stringify(json)),
      ),
    ),
  );
}
