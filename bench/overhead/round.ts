/** A round of a workload's calls through a variant's client: CPU per call in µs, flush included. */
import type { Variant } from "./variants.ts";
import type { Message, Mode, Workload } from "./workloads.ts";

/** Each call in a turn of the event loop of its own, as requests come to a server. */
export async function round(variant: Variant, workload: Workload, mode: Mode, number: number): Promise<number> {
  const prompts = [...workload.calls(number)];
  const before = process.cpuUsage();
  for (const messages of prompts) {
    if ((await call(variant, mode, messages)) === 0) throw new Error("the answer was empty");
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  await variant.flush();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / prompts.length;
}

async function call({ client }: Variant, mode: Mode, messages: readonly Message[]): Promise<number> {
  const request = { model: "gpt-4o", temperature: 0.2, messages: [...messages] };
  if (mode === "json") {
    const completion = await client.chat.completions.create(request);
    return completion.choices[0]?.message.content?.length ?? 0;
  }
  let units = 0;
  for await (const event of await client.chat.completions.create({ ...request, stream: true })) units += event.choices[0]?.delta.content?.length ?? 0;
  return units;
}
