/**
 * Images, sound and documents in base64: nothing in them can be redacted or read back as text, so they are dropped to type, size and keyed hash.
 */

/** From this many characters on, base64 of bytes that are no text is media. */
export const MIN_MEDIA_UNITS = 512;

export interface Media {
  /** Offsets of the base64 in the text. */
  readonly start: number;
  readonly end: number;
  /** `image/png`; `application/octet-stream` when nothing tells. */
  readonly type: string;
}

const DATA_URL = /^data:([a-z]+\/[a-z0-9.+-]{1,60})(?:;[a-z0-9-]+=[^;,]{1,60})*;base64,/i;
const MAGIC: readonly (readonly [RegExp, string])[] = [
  [/^iVBORw0KGgo/, "image/png"],
  [/^\/9j\//, "image/jpeg"],
  [/^R0lGOD/, "image/gif"],
  [/^UklGR/, "image/webp"],
  [/^JVBERi0/, "application/pdf"],
  [/^(?:SUQz|\/\/[uvs]|\/\+[MN])/, "audio/mpeg"],
  [/^T2dnUw/, "audio/ogg"],
  [/^AAAA..Z0eX[A-D]/, "video/mp4"],
  [/^GkXfo/, "video/webm"],
  [/^UEsDB/, "application/zip"],
  [/^Qk[0-9A-Za-z]/, "image/bmp"],
  [/^(?:SUkq|TU0A)/, "image/tiff"],
  [/^H4sI/, "application/gzip"],
];

/** The media a whole value is, or undefined. Text in base64 is not media: it is decoded and searched. */
export function mediaOf(value: string): Media | undefined {
  const header = value.startsWith("data:") ? DATA_URL.exec(value.slice(0, 256)) : null;
  const start = header?.[0].length ?? 0;
  if (value.length - start < MIN_MEDIA_UNITS) return undefined;
  const head = value.slice(start, start + 96);
  if (!/^[A-Za-z0-9+/_-]+$/.test(head)) return undefined;
  const known = magicOf(head);
  if (header === null && known === undefined && isText(head)) return undefined;
  if (header !== null && /^(?:text\/|application\/(?:json|xml))/i.test(header[1] as string) && isText(head)) return undefined;
  if (!isBase64(value, start)) return undefined;
  return { start, end: value.length, type: (header?.[1] ?? known ?? "application/octet-stream").toLowerCase() };
}

const magicOf = (head: string): string | undefined => MAGIC.find(([magic]) => magic.test(head))?.[1];

/** The media type that the first bytes tell; `application/octet-stream` when they tell none. */
export const typeOfMedia = (base64: string): string => magicOf(base64.slice(0, 96)) ?? "application/octet-stream";

function isBase64(value: string, start: number): boolean {
  for (let at = start; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    const isOne = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x2f && code <= 0x39) || code === 0x2b || code === 0x2d || code === 0x5f;
    if (!isOne && code !== 0x3d && code !== 0x0a && code !== 0x0d) return false;
  }
  return true;
}

const isText = (base64: string): boolean => isPrintable(Buffer.from(base64, "base64"));

/** UTF-8 text without control characters (a character cut at the end is forgiven). */
export function isPrintable(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] as number;
    if (byte < 0x80) {
      if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
      if (byte === 0x7f) return false;
      at += 1;
      continue;
    }
    const length = byte >= 0xf0 && byte < 0xf5 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 && byte < 0xe0 ? 2 : 0;
    if (length === 0 || byte >= 0xf5) return false;
    for (let next = 1; next < length && at + next < bytes.length; next += 1) if (((bytes[at + next] as number) & 0xc0) !== 0x80) return false;
    at += length;
  }
  return bytes.length > 0;
}
