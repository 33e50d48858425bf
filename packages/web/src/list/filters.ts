/** The list's filters as they stand in the address; the names are those of `whysaid list`. */
export interface Filters {
  readonly feature?: string;
  readonly model?: string;
  readonly prompt?: string;
  readonly rule?: string;
  readonly action?: string;
  readonly state?: string;
  readonly since?: string;
  readonly until?: string;
  readonly tag?: string;
  readonly conversation?: string;
}
export const filterNames = ["feature", "model", "prompt", "rule", "action", "state", "since", "until", "tag", "conversation"] as const satisfies readonly (keyof Filters)[];

export function readFilters(search: Record<string, unknown>): Filters {
  const found: Record<string, string> = {};
  for (const name of filterNames) {
    const value = search[name];
    if ((typeof value === "string" && value !== "") || typeof value === "number") found[name] = String(value);
  }
  return found;
}

/** `2h`, `7d`, `30m`, a date or a moment → Unix milliseconds; undefined for what is none of these. */
export function momentOf(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const ago = /^(\d+)\s*(m|min|h|d|w)$/.exec(text.trim());
  if (ago !== null) return nowMs - Number(ago[1]) * { m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }[ago[2] as "m"];
  const moment = /^\d{12,}$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(moment) ? undefined : moment;
}

/** What `/api/traces` takes. */
export function queryOf({ since, until, ...filters }: Filters, nowMs: number): Readonly<Record<string, string | number | undefined>> {
  return { ...filters, sinceMs: momentOf(since, nowMs), untilMs: momentOf(until, nowMs) };
}
