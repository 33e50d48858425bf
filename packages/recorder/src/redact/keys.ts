/**
 * The key pseudonyms are made with: from the options, a file, the environment or a command. By default a file made on first use and readable by its owner only.
 */
import { createHash, hkdfSync, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { WhysaidError } from "../format/errors.ts";

export type KeySource =
  | Buffer
  /** 32 or more bytes as raw, hex or base64 text; made with random bytes when it does not exist and `create` is not false. */
  | { readonly file: string; readonly create?: boolean }
  /** The name of an environment variable that holds the key as hex or base64. */
  | { readonly env: string }
  /** A program that prints the key (a secrets manager's client); no shell. */
  | { readonly command: readonly [string, ...string[]] };

/** Bytes of a key that is long enough for HMAC-SHA-256 and AES-256. */
export const KEY_BYTES = 32;

/**
 * Read (or make) a key.
 *
 * @throws WhysaidError `KEY_UNREADABLE`; never says what was read
 */
export function readKey(source: KeySource): Buffer {
  if (Buffer.isBuffer(source)) return checked(source, "the key given as an option");
  if ("env" in source) {
    // The name comes from the options: which variable is read is the app's choice, not ours.
    const text = process.env[source.env];
    if (text === undefined || text === "") throw unreadable(`the environment variable ${source.env} is not set`);
    return checked(decoded(Buffer.from(text, "utf8")), `the environment variable ${source.env}`);
  }
  if ("command" in source) {
    const [program, ...args] = source.command;
    let output: Buffer;
    try {
      // Loaded only here: importing the recorder must cost next to nothing.
      const { execFileSync } = process.getBuiltinModule("node:child_process");
      output = execFileSync(program, args, { timeout: 10_000, maxBuffer: 1 << 16, stdio: ["ignore", "pipe", "ignore"] });
    } catch (cause) {
      throw unreadable(`the key command ${program} failed`, cause);
    }
    return checked(decoded(output), `the output of ${program}`);
  }
  try {
    return checked(decoded(readFileSync(source.file)), source.file);
  } catch (cause) {
    if (source.create === false || (cause as { code?: string }).code !== "ENOENT") throw cause instanceof WhysaidError ? cause : unreadable(`cannot read ${source.file}`, cause);
  }
  return made(source.file);
}

/** A key for one purpose, so that no two purposes share one. */
export const derivedKey = (key: Buffer, purpose: string): Buffer => Buffer.from(hkdfSync("sha256", key, "whysaid", purpose, KEY_BYTES));

/** Names a key without saying anything about it: 16 hex digits. */
export const keyIdOf = (key: Buffer): string => createHash("sha256").update("whysaid key id\0").update(key).digest("hex").slice(0, 16);

/** Write the whole key under a name of its own, then link it to its place: of two processes that start together one wins, and both read what it wrote. */
function made(file: string): Buffer {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const descriptor = openSync(draft, "wx", 0o600);
    try {
      writeSync(descriptor, `${randomBytes(KEY_BYTES).toString("hex")}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    try {
      linkSync(draft, file);
    } catch (cause) {
      if ((cause as { code?: string }).code !== "EEXIST") throw cause;
    }
    unlinkSync(draft);
    return checked(decoded(readFileSync(file)), file);
  } catch (cause) {
    throw cause instanceof WhysaidError ? cause : unreadable(`cannot make the key file ${file}`, cause);
  }
}

function decoded(bytes: Buffer): Buffer {
  const text = bytes.toString("latin1").trim();
  if (/^(?:[0-9a-fA-F]{2}){32,}$/.test(text)) return Buffer.from(text, "hex");
  if (/^[A-Za-z0-9+/_-]{43,}={0,2}$/.test(text)) return Buffer.from(text, "base64");
  return bytes;
}

function checked(key: Buffer, from: string): Buffer {
  if (key.length < KEY_BYTES) throw unreadable(`${from} holds fewer than ${KEY_BYTES} bytes`);
  return key;
}

const unreadable = (sentence: string, cause?: unknown): WhysaidError =>
  new WhysaidError("KEY_UNREADABLE", sentence, { fix: "Give `redaction.key` 32 random bytes (hex or base64) in a file, an environment variable or from a command.", ...(cause === undefined ? {} : { cause }) });
