/** Leaks put in on purpose: the harness is worth something only if it finds each of them. Run by the child after its recording. */
import { createServer } from "node:http";
import { appendFileSync, closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { declaredCanaries, foundCanaries, person } from "./values.ts";

const valueOf = (kind: string): string => [...declaredCanaries, ...foundCanaries].find((one) => one.kind === kind)?.value ?? "";

/** `dir` is the recording's directory. The last two can be seen at the system calls only. */
export const leaks: Readonly<Record<string, (dir: string) => void | Promise<void>>> = {
  "a name in a temporary file": () => writeFileSync(join(tmpdir(), "note.txt"), `saw ${person.family} today`),
  "a record number on standard output": () => console.log(valueOf("record number")),
  "a phone number on standard error": () => console.error(`call ${valueOf("phone")}`),
  "a name in UTF-16": (dir) => writeFileSync(join(dir, "a.bin"), Buffer.from(`x${person.given}`, "utf16le")),
  "a mail address in base64": (dir) => appendFileSync(join(dir, "b.txt"), Buffer.from(`q ${valueOf("mail address")} z`).toString("base64")),
  "an SSN in hex": (dir) => writeFileSync(join(dir, "c.txt"), Buffer.from(valueOf("social security number")).toString("hex")),
  "a name percent-encoded": (dir) => writeFileSync(join(dir, "d.txt"), `/patients?name=${encodeURIComponent(person.family)}`),
  "a name in JSON escapes": (dir) => writeFileSync(join(dir, "e.json"), JSON.stringify({ n: person.family }).replace("é", "\\u00e9")),
  "a name in capitals without accents": (dir) => writeFileSync(join(dir, "f.txt"), person.family.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toUpperCase()),
  "half a key": (dir) => writeFileSync(join(dir, "g.txt"), valueOf("OpenAI key").slice(28)),
  "a name in entities": (dir) => writeFileSync(join(dir, "h.html"), person.family.replace("é", "&#233;")),
  "a date of birth written otherwise": (dir) => writeFileSync(join(dir, "i.txt"), "born 23.11.1979"),
  "a record number without separators": (dir) => writeFileSync(join(dir, "j.txt"), valueOf("record number").replaceAll("-", "").toLowerCase()),
  "a name in gzip": (dir) => writeFileSync(join(dir, "k.gz"), gzipSync(`saw ${person.given} today `.repeat(20))),
  "a name in raw deflate": (dir) => writeFileSync(join(dir, "l.bin"), deflateRawSync(`saw ${person.given} today `.repeat(20))),
  "a card in a database": (dir) => {
    const { DatabaseSync } = createRequire(import.meta.url)("@photostructure/sqlite") as { DatabaseSync: new (path: string) => { exec(sql: string): void; close(): void } };
    const database = new DatabaseSync(join(dir, "m.db"));
    database.exec(`CREATE TABLE t(x); INSERT INTO t VALUES ('${valueOf("payment card")}')`);
    database.close();
  },
  "a name as a file's name": (dir) => writeFileSync(join(dir, `${person.given}.txt`), ""),
  "raw text overwritten at once": (dir) => {
    const descriptor = openSync(join(dir, "n.txt"), "w");
    writeSync(descriptor, `saw ${person.family}`, 0);
    writeSync(descriptor, "x".repeat(40), 0);
    closeSync(descriptor);
    rmSync(join(dir, "n.txt"));
  },
  "a name sent to a server": async () => {
    const server = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: `saw ${person.given}` });
    server.close();
  },
};
/** Those that leave nothing in a file. */
export const onlyTraced: ReadonlySet<string> = new Set(["raw text overwritten at once", "a name sent to a server"]);
