/** The last stop of the data's way when it leaves for a ticket: one reconstruction → one file that needs nothing else to be read. Redacted as the store is; nothing here can reveal. */
import type { Reconstruction } from "@whysaid/recorder/format";
import { htmlPage } from "./html/page.ts";
import { markdownPage } from "./markdown.ts";

export const bundleFormats = ["html", "md"] as const;
export type BundleFormat = (typeof bundleFormats)[number];

export interface BundleOptions {
  readonly format: BundleFormat;
  /** When it was made; stands at its end. */
  readonly atMs: number;
}

/**
 * @param story  explained: findings and provenance are taken from it, not worked out here
 * @returns HTML without scripts whose own policy lets it load nothing, or Markdown in which recorded text is code
 */
export function bundle(story: Reconstruction, { format, atMs }: BundleOptions): string {
  return format === "html" ? htmlPage(story, atMs) : markdownPage(story, atMs);
}

/** `whysaid-dose-summary-01a2227a6b15.html`: enough to find it again, and safe on every file system. */
export function bundleName({ feature, traceId }: Reconstruction, format: BundleFormat): string {
  const slug = (feature ?? "").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "").slice(0, 40);
  return `whysaid-${slug === "" ? "" : `${slug}-`}${traceId.slice(0, 12)}.${format}`;
}
