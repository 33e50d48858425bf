/**
 * Who revealed, erased or changed keys, when and why: `audit.log`, one JSON object a line, each bound to the one before by a keyed hash. Written before the deed; read by `whysaid audit`.
 *
 * The number and hash of the last line also stand in `audit.head`, so that lines cut off the end are missed too. Who holds the key can forge the log; who only holds the files cannot.
 */
import { createHmac } from "node:crypto";
import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import { derivedKey, readKey } from "@whysaid/recorder/redact";

export type AuditedAction = "reveal" | "erase" | "rotate" | "key-add" | "key-revoke" | "export" | "hold" | "release" | "retain" | "retention-rule" | "sign-in";

export interface AuditEntry {
  readonly number: number;
  readonly atMs: number;
  /** The account that ran the command. */
  readonly actor: string;
  readonly action: AuditedAction;
  /** A trace id, or the vault's reference of a subject. */
  readonly about: string;
  /** Redacted like everything else. */
  readonly reason: string;
  readonly details: Readonly<Record<string, number>>;
}
interface Line extends AuditEntry {
  readonly previous: string;
  readonly hash: string;
}

/** What a reading of the log found. */
export interface AuditReading {
  readonly entries: readonly AuditEntry[];
  /** Line numbers and what is wrong with each; 0 is the head. Empty when nobody touched the log. */
  readonly tampered: readonly { readonly line: number; readonly what: string }[];
}

const FIRST = "0".repeat(64);
const LOCK_WAIT_MS = 5_000;
/** A lock this old was left by a process that died. */
const LOCK_STALE_MS = 30_000;

export class AuditLog {
  readonly #file: string;
  readonly #head: string;
  readonly #key: Buffer;

  /** @throws WhysaidError `KEY_UNREADABLE` */
  constructor(directory: string) {
    this.#file = join(directory, "audit.log");
    this.#head = join(directory, "audit.head");
    // A log without its key cannot be checked: a new key is made only where there is no log.
    this.#key = derivedKey(readKey({ file: join(directory, "keys", "audit.key"), create: !existsSync(this.#file) }), "audit");
  }

  /**
   * Add one line; it is on the disk when this returns.
   *
   * @throws WhysaidError `AUDIT_UNWRITABLE`: what was to be audited must not happen then
   */
  append(entry: Omit<AuditEntry, "number">): void {
    try {
      this.#locked(() => {
        const last = this.#lines().at(-1);
        const { number, hash: previous } = last === undefined ? { number: 0, hash: FIRST } : (JSON.parse(last) as Line);
        const next = { number: number + 1, ...entry, previous };
        const hash = this.#hash(next);
        appendSynced(this.#file, `${JSON.stringify({ ...next, hash })}\n`);
        this.#writeHead(next.number, hash);
      });
    } catch (cause) {
      throw new WhysaidError("AUDIT_UNWRITABLE", `the audit log ${this.#file} cannot be written`, { fix: "Make it writable for this user. Nothing is revealed or erased that cannot be audited.", cause });
    }
  }

  read(): AuditReading {
    const tampered: { line: number; what: string }[] = [];
    const entries: AuditEntry[] = [];
    let previous = FIRST;
    let number = 0;
    const lines = this.#lines();
    for (const [index, text] of lines.entries()) {
      const at = index + 1;
      const line = parsed(text);
      if (line === undefined) {
        tampered.push({ line: at, what: "not a line of this log" });
        continue;
      }
      const { hash, ...signed } = line;
      if (hash !== this.#hash(signed)) tampered.push({ line: at, what: "changed" });
      else if (line.previous !== previous || line.number !== number + 1) tampered.push({ line: at, what: "lines before it are missing, added or moved" });
      previous = hash;
      number = line.number;
      const { previous: _, ...entry } = signed;
      entries.push(entry);
    }
    const head = existsSync(this.#head) ? readFileSync(this.#head, "utf8") : "";
    if (lines.length === 0 ? head !== "" : head !== this.#headText(number, previous)) tampered.push({ line: 0, what: "the end of the log is not where its head says" });
    return { entries, tampered };
  }

  #lines(): string[] {
    if (!existsSync(this.#file)) return [];
    const text = readFileSync(this.#file, "utf8");
    const lines = text.split("\n");
    // Every line ends with a line feed; what follows the last one is no line.
    if (lines.at(-1) === "") lines.pop();
    return lines;
  }

  #hash(signed: Omit<Line, "hash">): string {
    return createHmac("sha256", this.#key).update(JSON.stringify(Object.entries(signed).sort(([a], [b]) => (a < b ? -1 : 1)))).digest("hex");
  }
  #headText(number: number, hash: string): string {
    return `${number} ${createHmac("sha256", this.#key).update(`head ${number} ${hash}`).digest("hex")}\n`;
  }
  #writeHead(number: number, hash: string): void {
    const draft = `${this.#head}.${process.pid}`;
    appendSynced(draft, this.#headText(number, hash));
    renameSync(draft, this.#head);
  }

  /** One writer at a time: two lines must not continue the same one. */
  #locked(work: () => void): void {
    const lock = `${this.#file}.lock`;
    const untilMs = Date.now() + LOCK_WAIT_MS;
    for (;;) {
      try {
        closeSync(openSync(lock, "wx", 0o600));
        break;
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
        const ageMs = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
        if (ageMs > LOCK_STALE_MS) rmSync(lock, { force: true });
        else if (Date.now() > untilMs) throw cause;
        else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      }
    }
    try {
      work();
    } finally {
      rmSync(lock, { force: true });
    }
  }
}

function parsed(text: string): Line | undefined {
  try {
    const value = JSON.parse(text) as Partial<Line> | null;
    // Only the spelling we write: what reads the same but is spelled otherwise was not written by us.
    return value !== null && typeof value.hash === "string" && typeof value.number === "number" && JSON.stringify(value) === text ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}

function appendSynced(file: string, text: string): void {
  const descriptor = openSync(file, "a", 0o600);
  try {
    writeSync(descriptor, text);
    fdatasyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
