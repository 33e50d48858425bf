/** `GET /api/deliveries`: what arrived, what became of it and what the project's store holds now, in numbers. Asked by `whysaid doctor`. */
import { z } from "zod";
import { apiRoute, type ApiRoute } from "../route.ts";
import { version } from "../../version.ts";

const numbers = <const Name extends string>(...names: readonly Name[]): z.ZodObject<Record<Name, z.ZodNumber>> => z.object(Object.fromEntries(names.map((name) => [name, z.number()])) as Record<Name, z.ZodNumber>);

type Counted<Name extends string> = Readonly<Record<Name, number>>;
export interface Deliveries {
  readonly version: string;
  readonly stored: Counted<"entries" | "traces" | "generations" | "actions" | "texts" | "textBytes" | "storedBytes" | "quarantined" | "gaps" | "lost">;
  readonly sinceStart: Counted<"stored" | "duplicates" | "quarantined" | "gaps" | "asked" | "commits" | "unreadable" | "overflows" | "waitingBytes">;
}
/** What `doctor` takes for an answer, too. */
export const deliveries: z.ZodType<Deliveries> = z.object({
  version: z.string(),
  stored: numbers("entries", "traces", "generations", "actions", "texts", "textBytes", "storedBytes", "quarantined", "gaps", "lost"),
  sinceStart: numbers("stored", "duplicates", "quarantined", "gaps", "asked", "commits", "unreadable", "overflows", "waitingBytes"),
});

export const deliveryRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "get",
    path: "/api/deliveries",
    right: "read",
    about: "what the project's store holds, each thing once, and what came in since the server started, of all projects",
    response: deliveries,
    answer: async ({ room, arrivals }): Promise<Deliveries> => ({ version, stored: await room.store.counts(), sinceStart: arrivals }),
  }),
];
