/**
 * The redactor of `redaction: "off"`: every text goes through the same door and comes out unchanged. For development, benchmarks and data
 * that holds nobody's secrets.
 */
import { mint } from "./mint.ts";
import type { RedactionScope, Redactor } from "./redactor.ts";
import { jsonOf } from "../format/json-of.ts";

const scope: RedactionScope = {
  text: (raw) => mint(raw),
  json: (value) => {
    const json = jsonOf(value);
    return json === undefined ? undefined : mint(json);
  },
  bytes: (base64) => mint(base64),
  literal: (raw) => mint(raw),
  takesNumber: () => false,
  subject: undefined,
  with: () => scope,
  off: true,
  cacheKey: "off",
};

/** Takes nothing and costs nothing. The segment header says `off`, so that a reader knows the texts are raw. */
export const redactionOff: Redactor = { policy: "off", keyId: "off", root: scope };
