/** Word search over the chart notes: the retrieval step of the assistant, with the bug the demo is about. Asynchronous, as a search over a network is. */
import { chartNotes, type ChartNote, type Patient } from "./ward.ts";

export interface Hit {
  readonly sourceId: string;
  readonly text: string;
  readonly score: number;
}

const words = (text: string): Set<string> => new Set(text.toLowerCase().match(/\p{L}{3,}/gu) ?? []);

function score(query: ReadonlySet<string>, note: ChartNote): number {
  const inNote = words(note.text);
  let shared = 0;
  for (const word of query) if (inNote.has(word)) shared += 1;
  return Math.round((shared / Math.sqrt(query.size * inNote.size)) * 1000) / 1000;
}

/**
 * The `limit` best notes for a question about one patient.
 *
 * `filter: "surname"` is the bug: two babies of one family are one to it. `"mrn"` is the fix.
 */
export async function searchNotes(patient: Patient, question: string, filter: "surname" | "mrn", limit = 4): Promise<Hit[]> {
  const query = words(`${patient.family} ${question}`);
  const inScope = chartNotes.filter((note) => (filter === "mrn" ? note.mrn === patient.mrn : note.text.includes(`${patient.family},`)));
  return inScope
    .map((note) => ({ sourceId: note.sourceId, text: note.text, score: score(query, note) }))
    .sort((a, b) => b.score - a.score || a.sourceId.localeCompare(b.sourceId))
    .slice(0, limit);
}
