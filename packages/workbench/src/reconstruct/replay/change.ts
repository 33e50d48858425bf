/** Changes to a recorded request: another model, a value set by its path, something left out. Pure: body in, body out. */
import { WhysaidError } from "@whysaid/recorder/format";
import { isObject, type JsonObject } from "./json-strings.ts";
import { without, type AblationSources } from "./without.ts";

export interface Changes {
  readonly model: string | null;
  /** `path=value`; the value is JSON, or a string where it is none. */
  readonly set: readonly string[];
  /** `chunk:ID`, `tool:ID` or `message:N`. */
  readonly without: readonly string[];
}
export interface ChangedRequest {
  readonly body: JsonObject;
  readonly url: string;
  /** Source ids of the chunks left out. */
  readonly chunksGone: readonly string[];
}

export const isExact = ({ model, set, without: gone }: Changes): boolean => model === null && set.length === 0 && gone.length === 0;

/** What this variant is called in tables and runs. */
export function nameOf(changes: Changes): string {
  if (isExact(changes)) return "exact";
  return [...(changes.model === null ? [] : [`model ${changes.model}`]), ...changes.set.map((one) => `set ${one}`), ...changes.without.map((one) => `without ${one}`)].join(", ");
}

/** @throws WhysaidError `REPLAY_CHANGE_IMPOSSIBLE`, `USAGE` */
export function changed(bodyText: string, url: string, changes: Changes, sources: AblationSources): ChangedRequest {
  const body = parsedBody(bodyText);
  const removed = without(body, changes.without, sources);
  for (const one of changes.set) setValue(removed.body, one);
  return { ...withModel(removed.body, url, changes.model), chunksGone: removed.chunksGone };
}

function parsedBody(text: string): JsonObject {
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body)) return body;
  } catch {
    // The sentence below says it.
  }
  throw new WhysaidError("REPLAY_CHANGE_IMPOSSIBLE", "the recorded body is no JSON object, so nothing in it can be changed", { fix: "Replay it exactly: leave out --model, --set and --without." });
}

/** In the body, or in the path where the protocol has it there (Azure, Gemini, Bedrock). */
function withModel(body: JsonObject, url: string, model: string | null): { readonly body: JsonObject; readonly url: string } {
  if (model === null) return { body, url };
  if ("model" in body) return { body: { ...body, model }, url };
  const inPath = /(\/(?:models|deployments|model)\/)[^/:?]+/;
  if (!inPath.test(url)) throw new WhysaidError("REPLAY_CHANGE_IMPOSSIBLE", "neither the body nor the URL of this call names a model", { fix: "Leave out --model, or add it with --set model=NAME." });
  return { body, url: url.replace(inPath, (_, before: string) => before + encodeURIComponent(model)) };
}

/** Makes what is not there on the way, but no holes in arrays. */
function setValue(body: JsonObject, assignment: string): void {
  const equals = assignment.indexOf("=");
  const path = equals < 1 ? [] : pathOf(assignment.slice(0, equals));
  const last = path.at(-1);
  if (last === undefined) throw new WhysaidError("USAGE", `--set is PATH=VALUE, not ${JSON.stringify(assignment)}`, { fix: "For example --set temperature=0 or --set messages[0].content='\"Be brief.\"'." });
  let at: unknown = body;
  for (const [step, key] of path.slice(0, -1).entries()) {
    const here = at as Record<string | number, unknown>;
    if (typeof here[key] !== "object" || here[key] === null) {
      if (here[key] !== undefined || Array.isArray(here) || typeof path[step + 1] === "number") throw unreachablePath(assignment);
      here[key] = {};
    }
    at = here[key];
  }
  if (Array.isArray(at) ? typeof last !== "number" || last > at.length : typeof last === "number") throw unreachablePath(assignment);
  (at as Record<string | number, unknown>)[last] = valueOf(assignment.slice(equals + 1));
}

/** `$.messages[0].content` → `["messages", 0, "content"]`; empty for what is no path. */
function pathOf(text: string): readonly (string | number)[] {
  const steps = [...text.replace(/^\$\.?/, "").matchAll(/\[(\d+)\]|\["([^"]*)"\]|\.?([^.[\]]+)/g)];
  return steps.map(([, index, quoted, name]) => (index === undefined ? (quoted ?? name ?? "") : Number(index))).filter((step) => step !== "__proto__");
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const unreachablePath = (assignment: string): WhysaidError =>
  new WhysaidError("REPLAY_CHANGE_IMPOSSIBLE", `the body has no place ${assignment.slice(0, assignment.indexOf("="))}`, { fix: "`whysaid replay … --dry-run` shows the body." });
