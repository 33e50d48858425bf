/**
 * Web addresses. A bare address of a public page names nobody and is left; taken are the parts that can: user and password, a user's page
 * ("/users/ann", "/~ann", "/patients/881"), the values of a query. In `recall` the whole address is taken.
 */
import type { Reading } from "./reading.ts";
import { take } from "./reading.ts";

const maxUrl = 2048;
const stops = /[\s"'<>`{}|\\^⟦⟧]/;
const personalFolder = /^(?:users?|u|people|person|profiles?|patients?|members?|accounts?|customers?|clients?|employees?|in|@.*|~.*|home|subjects?|practitioners?|staff)$/i;
const personalKey = /^(?:user(?:name|id)?|uid|email|e?mail|name|first_?name|last_?name|fn|ln|q|patient(?:_?id)?|mrn|ssn|dob|birth(?:date)?|phone|tel|account|member(?:_?id)?|customer(?:_?id)?|id|session(?:_?id)?|sid|login|address|query|search|subject|identifier|family|given)$/i;
const secretKey = /^(?:token|access_?token|api_?key|key|sig(?:nature)?|secret|password|passwd|pwd|auth|code|x-amz-(?:signature|security-token|credential)|sas|jwt|id_token|refresh_token|client_secret)$/i;

/** `at` is the offset of "://". Returns the end of the address. */
export function findUrl(reading: Reading, at: number): number {
  const { text, level } = reading;
  let start = at;
  while (start > 0 && at - start < 12 && /[a-z0-9+.-]/i.test(text[start - 1] ?? "")) start -= 1;
  let end = at + 3;
  while (end < text.length && end - start < maxUrl && !stops.test(text[end] ?? "")) end += 1;
  while (end > at + 3 && /[.,;:!?)\]*]/.test(text[end - 1] ?? "")) end -= 1;
  const authorityEnd = indexOfAny(text, "/?#", at + 3, end);
  const atSign = text.lastIndexOf("@", authorityEnd - 1);
  if (level === "recall" && authorityEnd > at + 3) take(reading, "URL", start, end, "url", 0.7);
  if (atSign > at + 3) {
    const colon = text.indexOf(":", at + 3);
    if (colon > 0 && colon < atSign) take(reading, "SECRET", /^[\da-f]{8,}$/.test(text.slice(at + 3, colon)) ? at + 3 : colon + 1, atSign, "secret.url-password", 0.95);
    else take(reading, "URL", at + 3, atSign, "url.user", 0.8);
  }
  const queryStart = indexOfAny(text, "?#", authorityEnd, end);
  let previous = "";
  for (let from = authorityEnd + 1; from < queryStart; ) {
    const next = Math.min(indexOfAny(text, "/", from, queryStart), queryStart);
    const segment = text.slice(from, next);
    const named = personalFolder.test(previous) && segment.length > 1 && !/^[:{$<%]|\$|[`']/.test(segment) && !personalFolder.test(segment);
    if (named && (/\d{3}|[._-]|%40|@/.test(segment) || /^(?:in|u|@.*|~.*|users?|people|person|profiles?|patients?)$/i.test(previous))) take(reading, "URL", from, next, "url.person", 0.7);
    else if (/^[~@][a-z]/i.test(segment)) take(reading, "URL", from + 1, next, "url.person", 0.7);
    previous = segment;
    from = next + 1;
  }
  for (let from = queryStart + 1; from < end; ) {
    const next = Math.min(indexOfAny(text, "&;", from, end), end);
    const equals = text.indexOf("=", from);
    if (equals > from && equals < next && next - equals > 1) {
      const key = text.slice(from, equals);
      if (secretKey.test(key) && next - equals > 6) take(reading, "SECRET", equals + 1, next, "secret.url-query", 0.85);
      else if (personalKey.test(key) && looksPersonal(key, text.slice(equals + 1, next))) take(reading, "URL", equals + 1, next, "url.query", 0.65);
    }
    from = next + 1;
  }
  return end;
}

/** Whom tests and manuals write to. */
const placeholder = /^(?:john|jane|joe)(?:%20|\+|[._-])?(?:doe|bloggs|public|smith)?(?:@example\.\w+)?$/i;

/** A value of a query that can tell a person: not a flag, a page or one plain word. */
function looksPersonal(key: string, value: string): boolean {
  if (/^(?:\d{1,3}|true|false|null|undefined|[:{$<].*)$/.test(value)) return false;
  if (placeholder.test(value)) return false;
  return /^(?:q|query|search|id|session(?:_?id)?|sid|subject|identifier|name|user|address)$/i.test(key) ? /%20|\+|%40|@|\d{5}/.test(value) : value.length > 2;
}

function indexOfAny(text: string, chars: string, from: number, end: number): number {
  let at = from;
  while (at < end && !chars.includes(text[at] ?? "")) at += 1;
  return at;
}
