/**
 * A signal's value as redacted JSON, message by message: the whole conversation comes with every call of it, and the redactor knows each message from the call before.
 * A message is not cut further: what stands beside a value in it says what the value is. Between readings and entries.
 */
import { recalled, type RedactedText } from "@whysaid/recorder/format";
import type { RedactionScope, Where } from "@whysaid/recorder/redact";

type Signal = Where["signal"];

/** @returns undefined where JSON has no form for the value */
export function redactedJson(value: unknown, scope: RedactionScope, signal: Signal): RedactedText | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return scope.json(value, { signal });
  const fields = Object.entries(value).flatMap(([key, inner]): readonly string[] => {
    if (Array.isArray(inner)) return [`${fieldName(key, scope, signal)}:[${inner.map((one, index) => scope.json(one, { signal, path: [key, index] }) ?? "null").join(",")}]`];
    const field = scope.json({ [key]: inner }, { signal });
    if (field === undefined || field === "{}") return [];
    // A field that was dropped whole is the marker alone.
    return [field.startsWith("{") ? field.slice(1, -1) : `${fieldName(key, scope, signal)}:${field}`];
  });
  // Nothing but redacted texts was put together, as reading back does.
  return recalled(`{${fields.join(",")}}`);
}

const fieldName = (key: string, scope: RedactionScope, signal: Signal): string => JSON.stringify(scope.text(key, { signal }));
