/**
 * The incident as a regression test: the ward's own `doseSummary` with its retrieval as it is in the code now (`RETRIEVAL_FILTER=surname` is the bug, `mrn` the fix), tools
 * as they answered then, and the bundled provider for the model, for a fixed filter asks it something the recording has no answer to.
 */
import { createRecorder } from "@whysaid/recorder";
import { defineCases, notFrom, numbers, rules, type CaseSuite } from "whysaid/cases";
import { Assistant } from "./assistant.ts";
import { patientByMrn } from "./ward.ts";

/** @param providerUrl  of the bundled provider */
export function doseSuite(providerUrl: string): CaseSuite {
  const recorder = createRecorder({ journal: "memory" });
  const retrievalFilter = process.env["RETRIEVAL_FILTER"] === "mrn" ? "mrn" : "surname";
  const assistant = new Assistant({ recorder, baseUrl: providerUrl, retrievalFilter });
  return defineCases({
    feature: "dose-summary",
    run: ({ subject, queries, prompt }) => {
      const patient = patientByMrn(subject["mrn"] ?? "");
      if (patient === undefined) throw new Error("nobody on the ward has this record number: are the keys of the recordings at hand?");
      return assistant.doseSummary(patient, queries[0] ?? "", { model: "gpt-4o-2024-11-20", prompt: prompt?.version ?? "v14" });
    },
    serve: { retrieval: "live", tools: "recorded", model: "live" },
    // The nurse mended dose and weight and left the date of weighing as it was.
    scorers: [rules(), notFrom(), numbers({ dates: false })],
    reveal: "regression tests of the ward",
    release: retrievalFilter === "mrn" ? "filter fixed" : "2026.11.3",
  });
}
