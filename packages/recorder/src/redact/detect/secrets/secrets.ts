/** All secret rules over one text: a pass over its tokens that asks at each word's start, "=", ":" and "-" whether a rule begins there. */
import { wordSet } from "../word-table.ts";
import { gap, kind } from "../scan.ts";
import { take, type Reading } from "../reading.ts";
import { findAssignment, findAuthorization, findCurlUser, findSpokenSecret } from "./assignments.ts";
import { findAzureSecret, findJwt, findKeyBlock, findKubernetesSecrets, findSuffixed } from "./blocks.ts";
import { entropyBits, isMasked, isPlaceholder } from "./entropy.ts";
import { secretFormats, startKey } from "./formats.ts";

// Short or wordlike prefixes: what follows must look random, not like a word of a program
const weakPrefix = /^(?:s\.|b\.|b_|sk-|SK|AC|API-|sc_|t1\.|oauth:|live_|test_|key-|pa-|re_|co_|[01]\/|YC|cio|fc-|ls__|AG|sm_|fw_|ak_|sl\.|keys\.|pat|oy2|dG9r|cmVmd|NF-|t-g1|ico-)/;
const headerWords = wordSet("authorization proxyauthorization proxy x api apikey bearer basic token private auth cookie");
const spokenWords = wordSet("password passcode passphrase pwd contraseña passwort mot senha pin api secret token pass");

export function findSecrets(reading: Reading): void {
  const { text, scan } = reading;
  const formats = secretFormats();
  const hasCurl = text.includes("curl");
  for (let at = 0; at < scan.count; at++) {
    const start = scan.start[at] ?? 0;
    const tokenKind = scan.kind[at];
    if (tokenKind === kind.mark) {
      const mark = scan.hash[at];
      if (mark === 0x3d || mark === 0x3a || (mark === 0x2c && /["'`]/.test(text[start - 1] ?? "")) || (mark === 0x3e && text[start + 1] !== "=")) findAssignment(reading, start);
      else if (mark === 0x5f && text.startsWith("_mmk", start)) findSuffixed(reading, start + 4);
      else if (mark === 0x2e && text.startsWith(".atlasv1.", start)) findSuffixed(reading, start + 9);
      else if (mark === 0x2d && scan.gap[at] !== gap.none) {
        if (hasCurl && (text.startsWith("-u", start) || text.startsWith("--user", start) || text.startsWith("-U", start))) findCurlUser(reading, start);
        if (text.startsWith("-us", start)) findSuffixed(reading, start + 5);
        if (text.startsWith("-----BEGIN", start)) findKeyBlock(reading, start);
        else if (text.startsWith("--", start)) findFlag(reading, start);
      } else if (mark === 0x2d && text.startsWith("-us", start)) findSuffixed(reading, start + 5);
      else if (mark === 0x2d && text.startsWith("-----BEGIN", start) && text[start - 1] !== "-") findKeyBlock(reading, start);
      else if (mark === 0x7e && text[start - 1] === "Q") findAzureSecret(reading, start - 1);
      continue;
    }
    const glued = scan.gap[at] === gap.none && at > 0 && (scan.kind[at - 1] !== kind.mark || scan.hash[at - 1] === 0x5f);
    if (glued) {
      // "\nghp_…" in a text with written escapes begins with the escape's letter
      continue;
    }
    const candidates = formats.get(startKey(text, start));
    if (candidates !== undefined) tryFormats(reading, candidates, start);
    if (text[start - 1] === "\\" && /[nrt]/.test(text[start] ?? "")) {
      const escaped = formats.get(startKey(text, start + 1));
      if (escaped !== undefined) tryFormats(reading, escaped, start + 1);
    }
    if (tokenKind === kind.word) {
      if (text.startsWith("ey", start) || text.startsWith("ZXlK", start)) findJwt(reading, start);
      const hash = scan.hash[at] ?? 0;
      if (headerWords.has(hash)) findAuthorization(reading, start);
      if (spokenWords.has(hash)) findSpokenSecret(reading, start);
    }
  }
  if (text.includes("apiVersion")) findKubernetesSecrets(reading);
}

function tryFormats(reading: Reading, candidates: readonly { rule: string; prefix: string; shape: RegExp }[], start: number): void {
  const { text } = reading;
  for (const { rule, prefix, shape } of candidates) {
    if (!text.startsWith(prefix, start)) continue;
    shape.lastIndex = start;
    const match = shape.exec(text);
    if (match === null) continue;
    const value = match[0].slice(prefix.length);
    if (isMasked(value) || entropyBits(value) < 2.2) continue;
    if (weakPrefix.test(prefix) && (/[.\-_/]/.test(text[start - 1] ?? "") || !/\d.*\d/.test(value) || !/[A-Za-z].*[A-Za-z]/.test(value) || entropyBits(value) < 3)) continue;
    take(reading, "SECRET", start, start + match[0].length, rule, 0.98);
    return;
  }
}

const flag = /^--?(?:[a-z]+-)*(?:token|password|passwd|secret|api-?key|access-?key|auth)(?:[ =]|\s)["']?([^\s"'$<{[]{8,300})/i;

/** "--token VALUE" on a command line. */
function findFlag(reading: Reading, start: number): void {
  const match = flag.exec(reading.text.slice(start, start + 360));
  const value = match?.[1];
  if (match === null || value === undefined || isPlaceholder(value) || !/\d/.test(value) || entropyBits(value) < 2.5) return;
  const from = start + match[0].length - value.length;
  take(reading, "SECRET", from, from + value.length, "secret.flag", 0.8);
}
