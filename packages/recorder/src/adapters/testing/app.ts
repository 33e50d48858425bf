/** An app that knows nothing of the recorder: asks a provider through the OpenAI client, through the global fetch, and in other ways. */
import { request } from "node:http";
import OpenAI from "openai";

const [url = "", ...ways] = process.argv.slice(2);
const client = new OpenAI({ apiKey: "sk-app", baseURL: `${url}/v1`, maxRetries: 0 });
const body = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "through the back door" }] });

for (const way of ways) {
  switch (way) {
    case "client": {
      const completion = await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "How much does the baby weigh?" }] });
      process.stdout.write(`${completion.choices[0]?.message.content ?? ""}\n`);
      break;
    }
    case "elsewhere":
      await (await fetch(`${url.replace("127.0.0.1", "localhost")}/v1/chat/completions`, { method: "POST", body })).text();
      break;
    case "unread":
      await fetch(`${url}/v1/chat/completions`, { method: "POST", body });
      break;
    case "http":
      await new Promise((resolve) => request(`${url}/v1/chat/completions`, { method: "POST" }, (response) => response.resume().on("end", resolve)).end(body));
      break;
    default:
      throw new Error(`no such way: ${way}`);
  }
}
