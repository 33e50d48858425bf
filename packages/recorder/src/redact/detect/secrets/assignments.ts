/**
 * Secrets without a format of their own, by the name they are given: `api_key = "…"`, `"password": "…"`, `--token …`, `Authorization: Bearer …`,
 * `curl -u user:pass`, and the password of a connection string. The name is the gate, entropy the check.
 */
import { matchAt, take, type Reading } from "../reading.ts";
import { entropyBits, isPlaceholder, looksRandom } from "./entropy.ts";

const passwordName = /(?:pass(?:word|wd|phrase|code)?|pwd|contraseñ?n?a|passwort|kennwort|mot_?de_?passe|senha)$/i;
const secretName = /(?:api[_.-]?key|apikey|app[_.-]?key|access[_.-]?key|account[_.-]?key|auth[_.-]?key|encryption[_.-]?key|signing[_.-]?key|private[_.-]?key|secret[_.-]?key|storage[_.-]?key|license[_.-]?key|master[_.-]?key|client[_.-]?secret|app[_.-]?secret|secret|token|credentials?|auth|authorization|bearer|cookie|session[_.-]?id|passphrase|access|api|key|jwt|sas|salt|contribsys__com)(?:[_.-]?(?:v\d|prod|dev|test|live|staging|id_?token|value|str|string|hash|header|b64|base64|\d))?$/i;
// Names that only look like secrets: the public half, the name or place of one, counters
const publicName = /(?:public|pub|(?:public|pub)[_.-]?(?:key|token)|key_?(?:name|id|size|type|length|code|path|file|words?|board|frame|space|ring|store|pair|stroke|down|up|press(?:ed)?|vault)|(?:primary|foreign|partition|sort|cache|bucket|object|hot|idempotency|monkey|turkey|donkey|keyboard|registry|schema|index|lookup|map|sort|row|group|dict|i18n|translation|locale|host|ssh_host)[_.-]?key|credentials?_?ids?|secret_?(?:name|id|length|ref|version|path|arn|store)|token_?(?:type|count|limit|s|ize|izer|url|uri|endpoint|usage|name|id|length|address|symbol|budget)|tokens|(?:max|min|num|total|input|output|prompt|completion|cached|reasoning|next|page|stop|eos|bos|pad|unk|sep|mask|image|audio|text|sub|continuation|csrf[_.-]?param)[_.-]?tokens?|access_?(?:id|level|mode|type|log|time|url|point|control|date|r)|api_?(?:version|url|base|host|endpoint|name|type|id|path|group|server|gateway)|auth_?(?:or|ority|url|type|method|mode|results|enticate|provider|domain|server|header_name)|author|authors|authentication-results|access-control.*|sig)$/i;

const maxNameUnits = 60;
const maxMarksBetween = 16;
const isNameUnit = (unit: number): boolean => (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f || unit === 0x2d || unit === 0x2e || unit >= 0xc0;

/** The identifier that ends before the operator at `at`, over the quotes, brackets and spaces between them; "" when there is none. */
function nameBefore(text: string, at: number): string {
  let end = at;
  while (end > 0 && at - end < maxMarksBetween && betweenNameAndOperator.includes(text[end - 1] ?? "")) end -= 1;
  let start = end;
  while (start > 0 && end - start < maxNameUnits && isNameUnit(text.charCodeAt(start - 1))) start -= 1;
  return end - start < 2 ? "" : text.slice(start, end);
}
const betweenNameAndOperator = " \t\"'`])?:|\\";

const operatorAfter = /(?:[:?=|>]{0,4}[=>:]\s{0,8}|=>\s{0,4}|,\s{0,4}|\s{0,3})(?:[|>][-+]?\s{1,8})?(?:[\w.]{1,40}\(\s?)?\\?["'`]{0,3}(?:(?:Bearer|Basic|Token|Api-Token|ApiKey|Key)\s+)?/iy;
const quotedValue = /[^\s"'`<>{}]{6,400}/y;
const bareValue = /[^\s"'`<>{},;()&|]{6,400}/y;

const typeWord = /^(?:string|str|char|text|varchar|bytes?|any|STRING|String)$/;

/** A cheap look at the end of a name before the long expressions: most names end otherwise. */
const secretEnding = /(?:key|oken|ecret|pass\w{0,6}|pwd|redentials?|auth|authorization|earer|cookie|ession[_.-]?id|ccess|api|jwt|sas|contribsys__com|salt|wort|seña|asse|enha|[vV]?\d|prod|dev|test|live|staging|value|str|string|hash|header|b64|base64)$/i;

/** `at` is the offset of "=" or ":" (the first of an operator). */
export function findAssignment(reading: Reading, at: number): void {
  const { text } = reading;
  if (text[at - 1] === ":" || text[at - 1] === "=" || text[at + 1] === "/" || (text[at] === ":" && text[at - 1] === ":")) return;
  let name = nameBefore(text, at);
  // "var apiToken string = …": the type stands between the name and its operator
  if (typeWord.test(name)) name = nameBefore(text, text.lastIndexOf(name, at - 1));
  if (name === "") return;
  if (!secretEnding.test(name)) return;
  const isPassword = passwordName.test(name);
  if (!isPassword && (!secretName.test(name) || publicName.test(name))) return;
  const operator = matchAt(operatorAfter, text, at);
  if (operator === undefined) return;
  const start = at + operator[0].length;
  const quoted = /["'`]\s*(?:(?:Bearer|Basic|Token|Api-Token|ApiKey|Key)\s+)?$/i.test(operator[0]);
  const value = matchAt(quoted ? quotedValue : bareValue, text, start)?.[0].replace(/[.,;:!?\\)]+$/, "") ?? "";
  // the access key of a signed request is a name, its signature is good for minutes
  if (value.length < 6 || isPlaceholder(value) || value.includes("aws4_request")) return;
  if (!quoted && /^[\w.]+\(|^[a-z_]+(?:\.[a-zA-Z_]+)+$|^\w+\[/.test(value)) return;
  if (/^(?:https?|file|s3|gs|ftp):\/\//i.test(value) || /^[./~]/.test(value) || /^(?:true|false|string|number|boolean|function|async|await|required|optional|disabled|enabled|default|invalid|missing|expired|AWS4-HMAC)/i.test(value)) return;
  if (isPassword) {
    // a password may be a word; a type, a call or a sentence is none
    if (!quoted && !/[\d\W_]/.test(value)) return;
    if (/^[a-zA-Z]+$/.test(value) && value.length < 8 && !quoted) return;
    if (/^(?:password|passwort|hashed|wrong|incorrect|reset|combination|field|input|hash)/i.test(value)) return;
    return take(reading, "SECRET", start, start + value.length, "secret.password", 0.8);
  }
  const weak = /^(?:key|access|api|auth|sas|salt|session[_.-]?id|cookie|credentials?)$/i.test(/[^_.-]*$/.exec(name)?.[0] ?? "") && !/[_.-]/.test(name);
  if (!valueLooksSecret(value, quoted, weak)) return;
  take(reading, "SECRET", start, start + value.length, "secret.assigned", 0.75);
}

function valueLooksSecret(value: string, quoted: boolean, weak: boolean): boolean {
  // identifiers, versions, dotted names and paths of programs
  if (/^[A-Za-z]+(?:[._-][A-Za-z]+)*\d{0,2}$/.test(value) && !/^[a-zA-Z]{20,}$/.test(value) ) return false;
  if (/^\d+(?:\.\d+)*$/.test(value) && value.length < 16) return false;
  if (/^[\w-]+(?:\.[\w-]+)+$/.test(value) && !/\d{4}|[A-Z].*\d|\d.*[A-Z]/.test(value)) return false;
  if (/\//.test(value) && /^[a-z0-9_./:-]+$/.test(value) && !/\d{5}/.test(value)) return false;
  if (/^[\da-f]{8}:[\da-f]{8}$/.test(value)) return true;
  if (/:/.test(value) && /^[a-z0-9:._-]+$/i.test(value) && !/^\d/.test(value) && value.length < 40) return false;
  if (!looksRandom(value, /^\d+$/.test(value) ? 2.3 : value.length >= 16 ? 3 : 2.5)) return false;
  const digits = value.replace(/\D/g, "").length;
  if (value.length < 10 && (!quoted || digits === 0)) return false;
  if (weak) return value.length >= 16 && digits >= 3 && entropyBits(value) >= 3.3;
  return digits >= 1 || entropyBits(value) >= 4;
}

const authorization = /(?:(?:Proxy-)?Authorization|X-Api-Key|Api-?Key|X-Auth-Token|Auth-Token|Private-Token|Token|Cookie|X-[A-Za-z-]{0,20}(?:Key|Token|Secret))["']?\s{0,3}[:=]\s{0,4}["']?(?:(?:Bearer|Basic|Token|Digest|Api-Token|ApiKey|Key|[A-Za-z][\w-]{0,20})\s+)?(?!Credential=)([^\s"'`,;<>{}$]{8,2000})/iy;
const scheme = /(?:Bearer|Basic)\s+([A-Za-z0-9+/_.~=-]{16,2000})/y;

/** `at` begins the name of an authorization header or scheme ("Authorization", "Bearer", "apikey"). */
export function findAuthorization(reading: Reading, at: number): void {
  const { text } = reading;
  for (const expression of [authorization, scheme]) {
    const match = matchAt(expression, text, at);
    const value = match?.[1];
    if (match === undefined || value === undefined || /^AWS4|aws4_request/.test(value) || isPlaceholder(value) || /^[a-z]+$/i.test(value) || !/\d/.test(value)) continue;
    const start = at + match[0].length - value.length;
    if (expression === authorization && /^(?:Token)$/i.test(text.slice(at, at + 5)) && !looksRandom(value, 2.5)) continue;
    return take(reading, "SECRET", start, start + value.length, "secret.authorization", 0.85);
  }
}

const curlUser = /(?:-u|--user|--proxy-user|-U)[\s=]{1,3}(?:"([^"\s:]{0,80}:[^"\n]{0,120})"|'([^'\s:]{0,80}:[^'\n]{0,120})'|((?:"[^"\n]{1,80}"|'[^'\n]{1,80}'|[^\s"':]{0,80}):(?:"[^"\n]{1,120}"|'[^'\n]{1,120}'|[^\s"']{1,120})))/y;

/** `at` is the offset of "-u" or "--user" in a text that speaks of curl. */
export function findCurlUser(reading: Reading, at: number): void {
  const match = matchAt(curlUser, reading.text, at);
  if (match === undefined) return;
  const value = match[1] ?? match[2] ?? match[3] ?? "";
  const colon = value.indexOf(":");
  const [user, password] = [value.slice(0, colon), value.slice(colon + 1)];
  const main = password.replace(/["']/g, "") === "" ? user : password;
  if (isPlaceholder(value) || /[$[]/.test(value.replace(/\$\d$/, "")) && /\$[{(A-Za-z]|\[[A-Z]/.test(value) || /^["']?(?:pass(?:word|wd)?|token|key|secret|pwd|user(?:name)?|pw|yyy|x+)["']?$/i.test(main) || main.length < 3) return;
  const start = at + match[0].lastIndexOf(value);
  take(reading, "SECRET", start, start + value.length, "secret.curl-user", 0.85);
}

const spoken = /(?:pass(?:word|code|phrase)?|pwd|contraseña|passwort|mot de passe|senha|pin(?: code)?|api key|secret(?: key)?|token)\s(?:is|was|es|ist|est|é|:)\s?:?\s?["'`]?([^\s"'`,;]{4,80})/iy;

/** "my password is hunter2", in prose: only a value that no sentence would go on with. */
export function findSpokenSecret(reading: Reading, at: number): void {
  const match = matchAt(spoken, reading.text, at);
  const value = match?.[1]?.replace(/[.!?)]+$/, "");
  if (match === undefined || value === undefined || value.length < 4 || isPlaceholder(value) || !/\d/.test(value) || !(/[A-Za-z]/.test(value) || /^pin/i.test(match[0]))) return;
  const start = at + match[0].indexOf(value, match[0].length - (match[1]?.length ?? 0));
  take(reading, "SECRET", start, start + value.length, "secret.spoken", 0.7);
}
