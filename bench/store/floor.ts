/** The floor: what `zstd -19 --long` makes of the unique content in one stream. Nothing that can be looked up one by one gets below it. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

export class UniqueContent {
  readonly #path: string;
  readonly #fd: number;
  #pending: string[] = [];
  #pendingUnits = 0;
  bytes = 0;

  constructor(directory: string) {
    this.#path = join(directory, "unique.txt");
    this.#fd = openSync(this.#path, "w");
  }
  add(text: string): void {
    this.#pending.push(text, "\n");
    this.#pendingUnits += text.length;
    if (this.#pendingUnits > 2 ** 20) this.#flush();
  }
  #flush(): void {
    const bytes = Buffer.from(this.#pending.join(""));
    this.bytes += writeSync(this.#fd, bytes);
    this.#pending = [];
    this.#pendingUnits = 0;
  }

  /** Compressed size and by what; null where nothing that can do it is installed. */
  compress(): { readonly bytes: number; readonly by: string } | null {
    this.#flush();
    closeSync(this.#fd);
    const out = `${this.#path}.zst`;
    const cli = spawnSync("zstd", ["-19", "--long=27", "-q", "-f", "-T1", this.#path, "-o", out]);
    return cli.status === 0 ? { bytes: statSync(out).size, by: "zstd -19 --long" } : null;
  }
}
