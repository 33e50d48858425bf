/**
 * The last request bodies with the pieces they were cut into: a conversation's next body starts like its last one, so only what is new is
 * cut and redacted.
 */
import { splitJson } from "./body-json.ts";
import type { HeldPieces } from "./body.ts";
import type { RedactionScope } from "../redact/redactor.ts";

export class BodyCache {
  split(text: string, scope: RedactionScope): HeldPieces {
    return splitJson(text, scope, "input");
  }
}
