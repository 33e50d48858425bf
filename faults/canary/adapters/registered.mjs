/** An app without a line about recording: `node --import …/register.js registered.mjs PROVIDER_URL`. Nobody declares anything here, so what is planted is what detectors must find. */
import OpenAI from "openai";
import { foundProse } from "../values.js";

const openai = new OpenAI({ apiKey: "none", baseURL: `${process.argv[2]}/v1`, maxRetries: 0 });
const text = foundProse();
let planted = 0;
for (const stream of [false, true]) {
  try {
    const answer = await openai.chat.completions.create({ model: "gpt-4o", stream, messages: [{ role: "system", content: text }, { role: "user", content: text }] });
    if (stream) for await (const _ of answer);
    planted += 1;
  } catch {
    // canaries may be in it
  }
}
process.stdout.write(`${planted}\n`);
