/** E-mail addresses: anchor "@", then what may stand on either side of it, within the lengths of RFC 5321. */
import type { Reading } from "./reading.ts";
import { take } from "./reading.ts";

const maxLocal = 64;
const maxDomain = 255;

const isLocal = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x2e || unit === 0x5f || unit === 0x2b || unit === 0x2d || unit === 0x25 || unit >= 0xc0;
const isDomain = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x2d || unit === 0x2e || (unit >= 0xc0 && unit < 0x2000);

/** `at` is the offset of an "@". */
export function findEmail(reading: Reading, at: number): void {
  const { text } = reading;
  let start = at;
  while (start > 0 && at - start < maxLocal && isLocal(text.charCodeAt(start - 1))) start -= 1;
  // a dot or dash at the front belongs to what stands before; an escaped line break too ("\nann@…" in a JSON text)
  while (start < at && /[.\-+%]/.test(text[start] ?? "")) start += 1;
  if (start > 1 && text[start - 1] === "\\" && /[nrt]/.test(text[start] ?? "") && at - start > 1) start += 1;
  let end = at + 1;
  let lastDot = -1;
  while (end < text.length && end - at < maxDomain && isDomain(text.charCodeAt(end))) {
    if (text[end] === ".") lastDot = end;
    end += 1;
  }
  while (end > at && /[.-]/.test(text[end - 1] ?? "")) end -= 1;
  if (lastDot >= end) lastDot = text.lastIndexOf(".", end - 1);
  if (start === at || lastDot <= at + 1) return;
  const top = text.slice(lastDot + 1, end);
  if (top.length < 2 || !/^[\p{L}][\p{L}\d-]*$/u.test(top)) return;
  // "pkg@1.2.js" and "user@git.host:repo" look alike; a version is no host
  if (/^\d+(\.\d+)*$/.test(text.slice(at + 1, lastDot))) return;
  if (/^(?:js|ts|tsx|json|png|svg|jpe?g|gif|css|html)$/.test(top)) return;
  take(reading, "EMAIL", start, end, "email", 0.98);
}
