/** `whysaid verify` */
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { progressOn } from "../progress.ts";
import { withRecordings } from "../recordings.ts";
import { count } from "../show/amounts.ts";
import type { Damage } from "../../store/store.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";

const SHOWN = 100;

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  return withRecordings(settings, async ({ store }) => {
    const progress = progressOn(process.stderr, "checking texts");
    const damage: Damage[] = [];
    let found = 0;
    for await (const one of store.verify(progress.at)) {
      found += 1;
      if (found <= SHOWN) damage.push(one);
    }
    progress.end();
    const counts = await store.counts();
    if (options.has("json")) output.line(safeJson({ store: store.name, checked: { texts: counts.texts, entries: counts.entries }, damaged: found, damage }));
    else {
      for (const { what, id, detail } of damage) output.line(`${output.paint("damaged", "red")} ${safeLine(what)} ${safeLine(id)}: ${safeLine(detail)}`);
      if (found > SHOWN) output.line(`… and ${count(found - SHOWN)} more`);
      const checked = `${count(counts.texts)} texts and ${count(counts.entries)} entries of ${store.name}`;
      output.line(found === 0 ? `${output.paint("intact", "green")} ${checked}` : `${count(found)} damaged among ${checked}`);
    }
    return found === 0 ? exitCodes.ok : exitCodes.incomplete;
  });
}
