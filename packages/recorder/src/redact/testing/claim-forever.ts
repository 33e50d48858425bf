/** Seals spellings until it is killed, and prints each once the vault has returned: `<pseudonym> <surface>`. Arguments: directory, writer number. */
import { writeSync } from "node:fs";
import { VaultAppender } from "../vault/append.ts";

const [dir = "", writer = "0"] = process.argv.slice(2);
const vault = new VaultAppender({ dir, key: Buffer.alloc(32, 7), onProblem: (problem) => process.stderr.write(`${problem.code}\n`) });
for (let index = 0; ; index += 1) {
  const surface = `surface-${writer}-${index}`;
  const tag = `t${index % 7}${writer}${String(index).padStart(9, "0")}`;
  const value = `ID:v${index % 50}`;
  const [suffix] = vault.claim([{ value, tag, surface, subject: `subject${String(index % 11).padStart(5, "0")}` }]);
  writeSync(1, `${value}~${suffix ?? ""} ${surface}\n`);
}
