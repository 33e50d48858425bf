/**
 * Arguments of a function call that Vertex streams field by field: `{jsonPath: "$.items[0].name", stringValue: "…", willContinue: true}`.
 * No JSON text of them crosses the wire, so one is written from the values, in the order they came.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling (streaming function call arguments)
 */
import type { Part } from "../../format/index.ts";
import type { Json } from "../json.ts";
import { field } from "./gemini-content.ts";

type Leaf = { text: string | null; raw: string };
type Node = { kind: "object"; members: Map<string, Node> } | { kind: "array"; elements: Map<number, Node> } | { kind: "leaf"; leaf: Leaf };

const DEEPEST = 64;

export class PartialArguments {
  private readonly callId: string | null;
  private readonly name: string;
  private readonly root: Node = { kind: "object", members: new Map() };
  /** Whether the call goes on in the next part. */
  isOpen = true;

  constructor(call: Json) {
    this.callId = call.str("id");
    this.name = call.str("name") ?? "";
    this.add(call);
  }

  add(call: Json): void {
    this.isOpen = field(call, "willContinue").value === true;
    for (const key of call.get("args").keys()) place(this.root, [key], { text: call.get("args").get(key).string, raw: call.get("args").get(key).raw() });
    for (const partial of field(call, "partialArgs").items()) {
      const path = stepsOf(field(partial, "jsonPath").string ?? "");
      const text = field(partial, "stringValue").string;
      const other = partial.either("numberValue", "number_value", "boolValue", "bool_value", "nullValue", "null_value");
      const raw = partial.keys().some((key) => /^null_?[vV]alue$/.test(key)) ? "null" : other.raw();
      if (path.length > 0 && path.length <= DEEPEST && (text !== null || raw !== "")) place(this.root, path, { text, raw });
    }
  }

  part(): Part {
    return { type: "tool-call", callId: this.callId, name: this.name, arguments: write(this.root) };
  }
}

/** `$.a['b c'][0]` as `["a", "b c", 0]`. */
function stepsOf(path: string): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  for (const [, name, index, quoted] of path.matchAll(/\.([^.[\]]+)|\[(\d{1,9})\]|\[['"]([^'"]*)['"]\]/g)) steps.push(index === undefined ? (name ?? quoted ?? "") : Number(index));
  return steps;
}

/** Strings at one place run together. */
function place(root: Node, path: readonly (string | number)[], leaf: Leaf): void {
  let at = root;
  for (const [depth, step] of path.entries()) {
    const next = path[depth + 1];
    let child = at.kind === "object" ? at.members.get(String(step)) : at.kind === "array" ? at.elements.get(Number(step)) : undefined;
    if (child === undefined) {
      child = next === undefined ? { kind: "leaf", leaf: { text: null, raw: "" } } : typeof next === "number" ? { kind: "array", elements: new Map() } : { kind: "object", members: new Map() };
      if (at.kind === "object") at.members.set(String(step), child);
      else if (at.kind === "array") at.elements.set(Number(step), child);
      else return;
    }
    at = child;
  }
  if (at.kind !== "leaf") return;
  if (leaf.text === null) at.leaf = leaf;
  else at.leaf = { text: (at.leaf.text ?? "") + leaf.text, raw: "" };
}

function write(node: Node): string {
  if (node.kind === "leaf") return node.leaf.text === null ? node.leaf.raw : JSON.stringify(node.leaf.text);
  if (node.kind === "array") return `[${[...node.elements].sort(([a], [b]) => a - b).map(([, element]) => write(element)).join(",")}]`;
  return `{${[...node.members].map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`).join(",")}}`;
}
