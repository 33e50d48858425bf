/** What the launcher in bin/ runs. Not `process.exit`: what is still on its way to a pipe must get there. */
import { main } from "./main.ts";

process.exitCode = await main(process.argv.slice(2));
