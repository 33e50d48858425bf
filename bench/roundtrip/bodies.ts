/** Bodies as capture cuts them: redacted piece by piece, rendered, restored. */
import { renderBody, restoreBody, type RecordedBody } from "@whysaid/recorder/format";
import type { RedactionScope } from "@whysaid/recorder/redact";
import { recognize } from "@whysaid/recorder/wire";
import { bodyEntry, type HeldBody } from "../../packages/recorder/src/wire/body.ts";
import { splitJson } from "../../packages/recorder/src/wire/body-json.ts";
import { splitResponse } from "../../packages/recorder/src/wire/response-body.ts";
import type { ExchangeBody } from "./corpus.ts";

export interface ReturnedBody {
  readonly kind: "request" | "response";
  readonly name: string;
  readonly bytes: number;
  /** As everybody sees it. */
  readonly shown: string;
  equals(reveal: (text: string) => string): boolean;
}

export function bodiesReturn(exchanges: Iterable<ExchangeBody>, scope: RedactionScope): ReturnedBody[] {
  const returned: ReturnedBody[] = [];
  for (const one of exchanges) {
    const protocol = recognize({ method: "POST", url: one.url, ...(one.request === null ? {} : { body: one.request }) })?.protocol ?? "unknown";
    if (one.request !== null && one.request !== "") {
      const bytes = Buffer.from(one.request, "utf8");
      returned.push(body("request", one.name, bytes, { form: "text", bytes: bytes.length, pieces: splitJson(one.request, scope, "input"), channels: [] }));
    }
    if (one.response !== null && one.response.length > 0) returned.push(body("response", one.name, one.response, splitResponse(one.response, one.contentType, protocol, scope).body));
  }
  return returned;
}

function body(kind: "request" | "response", name: string, bytes: Uint8Array, held: HeldBody): ReturnedBody {
  const texts: string[] = [];
  const entry: RecordedBody = bodyEntry(held, { ref: (text) => texts.push(text) - 1 });
  const textOf = (ref: number): string => texts[ref] ?? "";
  const rendered = renderBody(entry, textOf);
  return {
    kind,
    name,
    bytes: bytes.length,
    shown: rendered.form === "text" ? rendered.text : "",
    equals: (reveal) => {
      const restored = restoreBody(entry, textOf, reveal);
      return restored !== null && Buffer.compare(restored, bytes) === 0;
    },
  };
}
