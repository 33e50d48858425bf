/** Opens the journal an app records into. */
import { FileJournal, type JournalOptions } from "./file-journal.ts";
import type { Journal } from "./journal.ts";

/**
 * A journal on disk. Nothing is touched until the first entry, so a recorder that records nothing leaves nothing behind. Each process and
 * each worker thread opens its own: a writer's file has one writer.
 */
export const openJournal = (options: JournalOptions): Journal => new FileJournal(options);
