/** Every way a canary's bytes could lie in a file: what the search looks for. */
import { declaredCanaries, foundCanaries, type Canary } from "./values.ts";

export interface Needle {
  readonly kind: string;
  readonly encoding: string;
  readonly bytes: Buffer;
}

/** Halves and bare digits shorter than this turn up by chance. */
const SHORTEST_HALF = 5;
const SHORTEST_DIGITS = 8;

export function needles(): Needle[] {
  const found = new Map<string, Needle>();
  for (const canary of [...declaredCanaries, ...foundCanaries]) {
    for (const [spelling, text] of spelled(canary)) {
      for (const [encoding, bytes] of encoded(text)) {
        if (bytes.length < 4) continue;
        const key = bytes.toString("latin1");
        if (!found.has(key)) found.set(key, { kind: canary.kind, encoding: `${spelling}, ${encoding}`, bytes });
      }
    }
  }
  return [...found.values()];
}

/** Spellings of the value itself. */
function* spelled({ kind, value }: Canary): Generator<readonly [string, string]> {
  const isSecret = /key|token|password/i.test(kind);
  yield ["as it is", value];
  if (isSecret) {
    // A part of a secret is as good as the secret.
    yield ["first half", value.slice(0, value.length >> 1)];
    yield ["second half", value.slice(value.length >> 1)];
    return;
  }
  yield ["lower case", value.toLowerCase()];
  yield ["upper case", value.toUpperCase()];
  yield ["NFD", value.normalize("NFD")];
  const bare = value.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  yield ["without accents", bare];
  yield ["without accents, lower case", bare.toLowerCase()];
  yield ["without accents, upper case", bare.toUpperCase()];
  const squeezed = bare.replace(/[^A-Za-z0-9]/g, "");
  if (squeezed.length >= (/^\d+$/.test(squeezed) ? SHORTEST_DIGITS : SHORTEST_HALF)) {
    yield ["without separators", squeezed];
    yield ["without separators, lower case", squeezed.toLowerCase()];
    yield ["reversed", Array.from(squeezed).toReversed().join("")];
  }
  if (/^[A-Za-z]/.test(squeezed) && squeezed.length >= 2 * SHORTEST_HALF) {
    yield ["first half", squeezed.slice(0, squeezed.length >> 1)];
    yield ["second half", squeezed.slice(squeezed.length >> 1)];
  }
  yield ["full width", value.replace(/[!-~]/g, (unit) => String.fromCharCode(unit.charCodeAt(0) + 0xfee0))];
  yield ["zero width", Array.from(value).join("\u200b")];
  const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (date !== null) for (const text of [`${date[2]}/${date[3]}/${date[1]}`, `${date[3]}.${date[2]}.${date[1]}`, `November ${Number(date[3])}, ${date[1]}`]) yield ["as a date", text];
}

function* encoded(text: string): Generator<readonly [string, Buffer]> {
  const utf8 = Buffer.from(text, "utf8");
  yield ["UTF-8", utf8];
  yield ["UTF-16LE", Buffer.from(text, "utf16le")];
  yield ["UTF-16BE", Buffer.from(text, "utf16le").swap16()];
  if (/[^ -~]/.test(text) && !/[^ -ÿ]/.test(text)) yield ["Latin-1", Buffer.from(text, "latin1")];
  // Base64 of a text the value stands in: the characters that no neighbour can change, in the three phases.
  for (let phase = 0; phase < 3; phase += 1) {
    const whole = Buffer.concat([Buffer.alloc(phase), utf8]).toString("base64").replace(/=+$/, "");
    const start = Math.ceil((phase * 8) / 6);
    const end = Math.floor(((phase + utf8.length) * 8) / 6);
    const part = whole.slice(start, end);
    if (part.length >= 8) {
      yield [`base64, phase ${phase}`, Buffer.from(part)];
      yield [`base64url, phase ${phase}`, Buffer.from(part.replaceAll("+", "-").replaceAll("/", "_"))];
    }
  }
  yield ["hex", Buffer.from(utf8.toString("hex"))];
  yield ["hex in capitals", Buffer.from(utf8.toString("hex").toUpperCase())];
  yield ["percent", Buffer.from(encodeURIComponent(text))];
  const escape = (pattern: RegExp, write: (code: number) => string): Buffer => Buffer.from(text.replace(pattern, (unit) => write(unit.charCodeAt(0))));
  const hex4 = (code: number): string => code.toString(16).padStart(4, "0");
  yield ["JSON escapes", escape(/[^ -~]/g, (code) => `\\u${hex4(code)}`)];
  yield ["JSON escapes in capitals", escape(/[^ -~]/g, (code) => `\\u${hex4(code).toUpperCase()}`)];
  yield ["JSON escapes throughout", escape(/[\s\S]/g, (code) => `\\u${hex4(code)}`)];
  yield ["entities", escape(/[^ -~]/g, (code) => `&#${code};`)];
  yield ["hexadecimal entities", escape(/[^ -~]/g, (code) => `&#x${code.toString(16)};`)];
  yield ["bytes as decimal numbers", Buffer.from([...utf8].join(","))];
}
