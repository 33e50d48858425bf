/** Whom an erasure would concern, looked up before it is done. The doing stands on the command line: it cannot be taken back, and its proof reads every byte. */
import { z } from "zod";
import { findSubject } from "../../redaction/erase.ts";
import { apiRoute, type ApiRoute } from "../route.ts";

export const erasureRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "post",
    path: "/api/erasure/preview",
    right: "admin",
    about: "how many vault entries and pseudonyms erasing a person would take: `whysaid erase` without `--yes`. Changes nothing; what is asked stands in no log",
    body: z.strictObject({ subject: z.record(z.string().min(1).max(100), z.string().min(1).max(500)).refine((subject) => Object.keys(subject).length > 0, "names nobody") }),
    response: z.object({ subjects: z.number(), pseudonyms: z.number() }),
    answer: async ({ body: { subject }, room: { workspace } }) => {
      const { subjects, pseudonyms } = findSubject({ directory: workspace.directory, person: subject });
      return { subjects: subjects.length, pseudonyms: pseudonyms.length };
    },
  }),
];
