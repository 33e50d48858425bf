/** What a call of `fetch` is about, read without touching its body: where it goes, with what, and whether it is to be recorded. */
import { headerPairs, type SentHeaders } from "./fetch-headers.ts";
import { isModelHost, recognize, type NamedBase, type Recognized } from "./recognize.ts";

export interface Target {
  readonly url: string;
  readonly method: string;
  readonly headers: SentHeaders;
  readonly header: (name: string) => string | null;
  readonly signal: AbortSignal | undefined;
  readonly recognized: Recognized;
}
export type FetchInput = Parameters<typeof globalThis.fetch>[0];

/** undefined for a call that is no model's, or that `fetch` itself will refuse. */
export function targetOf(input: FetchInput, init: RequestInit | undefined, bases: readonly NamedBase[]): Target | undefined {
  const request = isRequest(input) ? input : undefined;
  const method = (init?.method ?? request?.method ?? "GET").toUpperCase();
  // Models are asked by POST; lists, files and deletions are none of ours.
  if (method !== "POST") return undefined;
  const url = request?.url ?? (input as string | URL).toString();
  const headers = init?.headers ?? request?.headers;
  const header = (name: string): string | null => headerOf(headers, name);
  const body = typeof init?.body === "string" ? init.body : undefined;
  const recognized = recognize({ method, url, header, ...(body === undefined ? {} : { body }) }, bases);
  if (recognized === null || !(recognized.generates || isModelHost(url, bases))) return undefined;
  const signal = init?.signal ?? request?.signal ?? undefined;
  return { url, method, headers, header, signal, recognized };
}

export const isRequest = (input: unknown): input is Request => typeof input === "object" && input !== null && typeof (input as Request).url === "string" && typeof (input as Request).clone === "function";

function headerOf(headers: SentHeaders, name: string): string | null {
  if (headers === undefined || headers === null) return null;
  if (typeof (headers as Headers).get === "function") return (headers as Headers).get(name);
  for (const [one, value] of headerPairs(headers)) if (one === name) return value;
  return null;
}

const SECRET_QUERY = /key|token|secret|signature|^sig$|password|credential|^auth|x-amz-security/i;

/** The URL as it may be kept: no user info, no secret query values. */
export function keptUrl(url: string): string {
  if (!url.includes("?") && !url.includes("@") && !url.includes("#")) return url;
  try {
    const parsed = new URL(url);
    parsed.username = "";
    parsed.password = "";
    for (const name of new Set(parsed.searchParams.keys())) if (SECRET_QUERY.test(name)) parsed.searchParams.set(name, "-");
    return parsed.href;
  } catch {
    return "";
  }
}
