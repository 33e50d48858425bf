/** What an alert is, as `whysaid.config.ts` says it under `alerts`. Checked when it is read; the rest of the folder sees the checked form only. */
import { WhysaidError } from "@whysaid/recorder/format";
import { z } from "zod";
import { measureNamed } from "../gate/measures.ts";

const MINUTE_MS = 60_000;
const unitsMs: Readonly<Record<string, number>> = { min: MINUTE_MS, h: 60 * MINUTE_MS, d: 1440 * MINUTE_MS };

const length = z
  .string()
  .regex(/^[1-9]\d{0,3}(?:min|h|d)$/, 'is a length of time like "30min", "24h" or "7d"')
  .transform((text) => Number.parseInt(text, 10) * (unitsMs[text.replace(/^\d+/, "")] ?? 0));
const name = z.string().min(1).max(80);
const measure = z.string().max(200).refine((id) => id === "new-model" || measureNamed(id) !== undefined, { error: "is rule:NAME, failed, action:edit, action:retry, action:abandon, action:accept, truncated, refused, unfinished, first-chunk, total, input-tokens, output-tokens or new-model" });

const target = z.strictObject({
  /** A secret with most receivers: shown nowhere but by its host. */
  url: z.url({ protocol: /^https?$/ }),
  format: z.enum(["json", "slack"]).default("json"),
  headers: z.record(z.string(), z.string()).default({}),
  /** The receiver runs on this machine. */
  allowLoopback: z.boolean().default(false),
});
const rule = z
  .strictObject({
    name,
    measure,
    /** Every feature when left out. */
    feature: z.string().min(1).max(500).optional(),
    /** A share (0.02), or milliseconds or tokens of the median. Fires when the interval lies above it, not when a few traces do. */
    above: z.number().min(0).optional(),
    /** Fires when it is higher than in the time before, by more than chance. */
    rises: z.literal(true).optional(),
    /** The newest traces that are looked at. */
    window: length.default(unitsMs["d"] ?? 0),
    /** What `rises` and `new-model` compare with, before the window. */
    baseline: length.default(7 * (unitsMs["d"] ?? 0)),
    /** Fewer observations say nothing. */
    min: z.number().int().min(1).default(20),
    /** Targets by name; all when left out. */
    to: z.array(name).min(1).optional(),
  })
  .refine(({ measure: id, above, rises }) => (id === "new-model" ? above === undefined && rises === undefined : (above === undefined) !== (rises === undefined)), { error: "needs either `above` or `rises: true`; new-model takes neither" });

const alerts = z
  .strictObject({
    /** Where the pages are, for links. */
    url: z.url({ protocol: /^https?$/ }).optional(),
    targets: z.record(name, target).refine((targets) => Object.keys(targets).length > 0, { error: "names at least one target" }),
    rules: z.array(rule).min(1).max(200),
  })
  .superRefine(({ targets, rules }, context) => {
    for (const [index, { to, name: own }] of rules.entries()) {
      for (const one of to ?? []) if (!Object.hasOwn(targets, one)) context.addIssue({ code: "custom", path: ["rules", index, "to"], message: `there is no target ${JSON.stringify(one)}` });
      if (rules.findIndex((other) => other.name === own) !== index) context.addIssue({ code: "custom", path: ["rules", index, "name"], message: "is the name of another rule: state is kept by name" });
    }
  });

/** Lengths are in milliseconds. What each field says stands with its schema above. */
export interface AlertRule {
  readonly name: string;
  readonly measure: string;
  readonly feature?: string | undefined;
  readonly above?: number | undefined;
  readonly rises?: true | undefined;
  readonly window: number;
  readonly baseline: number;
  readonly min: number;
  readonly to?: readonly string[] | undefined;
}
export interface AlertTarget {
  readonly url: string;
  readonly format: "json" | "slack";
  readonly headers: Readonly<Record<string, string>>;
  readonly allowLoopback: boolean;
}
export interface AlertConfig {
  readonly url?: string | undefined;
  readonly targets: Readonly<Record<string, AlertTarget>>;
  readonly rules: readonly AlertRule[];
}
/** As written in `whysaid.config.ts`: what has a default may be left out, lengths are `30min`, `6h`, `7d`. */
export interface GivenAlertConfig {
  readonly url?: string;
  readonly targets: Readonly<Record<string, Partial<AlertTarget> & Pick<AlertTarget, "url">>>;
  readonly rules: readonly (Pick<AlertRule, "name" | "measure"> & Partial<Omit<AlertRule, "window" | "baseline">> & { readonly window?: string; readonly baseline?: string })[];
}

/** @returns null where nothing is configured @throws WhysaidError `CONFIG_UNREADABLE` naming the places that are wrong */
export function alertConfig(given: unknown): AlertConfig | null {
  if (given === undefined || given === null) return null;
  const { success, data, error } = alerts.safeParse(given);
  if (success) return data;
  const faults = error.issues.slice(0, 5).map(({ path, message }) => `alerts${path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("")} ${message}`);
  throw new WhysaidError("CONFIG_UNREADABLE", faults.join("; "), { fix: "docs/alerts.md has an example of each rule." });
}
