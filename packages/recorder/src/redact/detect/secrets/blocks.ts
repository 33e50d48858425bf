/** Secrets by their shape alone: JSON web tokens, private key blocks, Kubernetes secrets, Azure and AWS values without a prefix. */
import { matchAt, take, type Reading } from "../reading.ts";
import { entropyBits, isPlaceholder } from "./entropy.ts";

const jwt = /ey[A-Za-z0-9_-]{10,4000}\.ey[A-Za-z0-9_/\\-]{10,20000}(?:\.[A-Za-z0-9_/\\-]{10,4000}={0,2})?/y;
const jwtEncoded = /ZXlK(?:[A-Za-z0-9+/]{60,8000})={0,2}/y;
const maxKeyBlock = 20_000;

/** `at` begins "ey" or "ZXlK" at the start of a word. */
export function findJwt(reading: Reading, at: number): void {
  const match = matchAt(jwt, reading.text, at) ?? matchAt(jwtEncoded, reading.text, at);
  if (match !== undefined) take(reading, "SECRET", at, at + match[0].length, "secret.jwt", 0.97);
}

/** `at` is the offset of "-----BEGIN". A block that is cut off is taken to the end of its base64. */
export function findKeyBlock(reading: Reading, at: number): void {
  const { text } = reading;
  const head = /^-----BEGIN[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----/.exec(text.slice(at, at + 120));
  if (head === null) return;
  const limit = Math.min(text.length, at + maxKeyBlock);
  const tail = text.slice(at, limit).search(/-----END[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----/);
  let end: number;
  if (tail > 0) end = at + tail + (/^-----END[^-]*-----/.exec(text.slice(at + tail, at + tail + 120))?.[0].length ?? 0);
  else {
    end = at + head[0].length;
    while (end < limit && /[A-Za-z0-9+/=\s\\:,-]/.test(text[end] ?? "")) end += 1;
  }
  if (end - at - head[0].length < 64) return;
  take(reading, "SECRET", at, end, "secret.private-key", 0.99);
}

const azureSecret = /[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])/y;

/** `at` is the offset of "Q~": Azure AD client secrets have it as their fifth and sixth characters. */
export function findAzureSecret(reading: Reading, at: number): void {
  const start = at - 4;
  if (start < 0 || /[A-Za-z0-9_~-]/.test(reading.text[start - 1] ?? "")) return;
  const match = matchAt(azureSecret, reading.text, start);
  if (match === undefined || isPlaceholder(match[0]) || entropyBits(match[0]) < 3) return;
  take(reading, "SECRET", start, start + match[0].length, "secret.azure-client", 0.95);
}

const dataBlock = /(?:^|\n)([ \t]*)(?:data|stringData):[ \t]*\r?\n/g;
const entry = /^[ \t]*([\w.-]{1,80}):[ \t]*(?:[|>]-?[ \t]*\r?\n[ \t]*)?("?'?[A-Za-z0-9+/]{10,}={0,3}"?'?)[ \t]*\r?$/;
const maxEntries = 200;

/** Kubernetes `kind: Secret` documents: every base64 value under `data:`. Called when the text has both. */
export function findKubernetesSecrets(reading: Reading): void {
  const { text } = reading;
  if (!/(?:^|\n)[ \t]*kind:[ \t]*["']?secret["']?\s/i.test(`${text}\n`) || !/apiVersion:[ \t]*["']?v1["']?\s/.test(text)) return;
  dataBlock.lastIndex = 0;
  for (let match = dataBlock.exec(text); match !== null; match = dataBlock.exec(text)) {
    let at = match.index + match[0].length;
    const indent = (match[1] ?? "").length;
    for (let count = 0; count < maxEntries && at < text.length; count++) {
      let lineEnd = text.indexOf("\n", at);
      if (lineEnd < 0) lineEnd = text.length;
      let line = text.slice(at, Math.min(lineEnd, at + 20_000));
      const depth = /^[ \t]*/.exec(line)?.[0].length ?? 0;
      if (line.trim() !== "" && depth <= indent && !line.trim().startsWith("#") && !(depth === indent && indent > 0)) break;
      if (/[|>]-?\s*$/.test(line)) {
        const next = text.indexOf("\n", lineEnd + 1);
        lineEnd = next < 0 ? text.length : next;
        line = text.slice(at, Math.min(lineEnd, at + 20_000));
      }
      const found = entry.exec(line);
      if (found !== null) {
        const start = at + line.search(/\S/);
        take(reading, "SECRET", start, at + line.trimEnd().length, "secret.kubernetes", 0.9);
      } else if (line.trim() !== "" && depth === indent && indent > 0) break;
      at = lineEnd + 1;
    }
  }
}

const suffixed: readonly [string, RegExp][] = [
  ["secret.maxmind-key", /[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk$/],
  ["secret.mailchimp-key", /(?<![a-f0-9])[a-f0-9]{32}-us\d{1,2}$/],
];
const terraform = /[a-z0-9]{14}\.atlasv1\.[a-z0-9_=-]{60,70}/iy;

/** Tokens known by their end: MaxMind's "_mmk", Mailchimp's "-us18", Terraform's ".atlasv1.". `end` follows what gave them away. */
export function findSuffixed(reading: Reading, end: number): void {
  const { text } = reading;
  if (text.startsWith(".atlasv1.", end - 9)) {
    const start = end - 23;
    const match = start < 0 ? undefined : matchAt(terraform, text, start);
    if (match !== undefined) take(reading, "SECRET", start, start + match[0].length, "secret.terraform-token", 0.97);
    return;
  }
  for (const [rule, expression] of suffixed) {
    // "-us7" is one shorter than "-us18"
    for (const last of [end, end - 1]) {
      const match = expression.exec(text.slice(Math.max(0, last - 44), last));
      if (match !== null && !/[A-Za-z0-9]/.test(text[last] ?? "")) return take(reading, "SECRET", last - match[0].length, last, rule, 0.95);
    }
  }
}
