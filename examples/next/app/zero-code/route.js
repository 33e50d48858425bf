/** A route handler that knows nothing of the recorder: `NODE_OPTIONS="--import @whysaid/recorder/register"` records its call, a trace of its own. */
import OpenAI from "openai";

export const dynamic = "force-dynamic";

const openai = new OpenAI({ apiKey: "none", baseURL: `${process.env.PROVIDER_URL}/v1` });

export async function GET(request) {
  const question = new URL(request.url).searchParams.get("q") ?? "";
  const { choices } = await openai.chat.completions.create({ model: "gpt-4o", messages: [{ role: "system", content: "You are a neonatal dosing assistant." }, { role: "user", content: question }] });
  return new Response(choices[0].message.content);
}
