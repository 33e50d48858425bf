/**
 * Work → batches → one transaction for all of a project that waits. What can't be read is answered so; what can't be stored now is answered "later", and nothing of that
 * transaction is stored.
 */
import { WhysaidError } from "@whysaid/recorder/format";
import { createRedactor, type RedactionScope } from "@whysaid/recorder/redact";
import { actionBatch } from "../../ingest/actions.ts";
import { gapsIn, type DirectoryOutcome } from "../../ingest/directory.ts";
import { idsBy, MalformedClientBody, spansOfClient, type ClientSpans } from "../../ingest/otlp/clients/index.ts";
import { otlpBatches } from "../../ingest/otlp/entries.ts";
import { MalformedOtlpJson } from "../../ingest/otlp/spans-json.ts";
import { recordsOfRequest } from "../../ingest/otlp/request.ts";
import { MalformedProtobuf } from "../../ingest/otlp/wire.ts";
import { PartIntake } from "../../ingest/parts.ts";
import type { IngestOutcome, SegmentBatch } from "../../store/store.ts";
import { Rooms, type Room } from "../rooms.ts";
import { Tail } from "../tail.ts";
import { noCounts, type DeliveryCounts } from "./counts.ts";
import type { Done, IntakeStart, Work } from "./messages.ts";

/** Of one transaction: enough for all clients of a moment, few enough that each is answered soon. */
const WORKS = 32;
const BYTES = 8 * 1024 * 1024;

interface Prepared {
  readonly batches: readonly SegmentBatch[];
  readonly refused: number;
  readonly events?: ClientSpans["events"];
}

export class Desk {
  readonly #rooms: Rooms;
  readonly #parts = new PartIntake();
  readonly #scopes = new Map<string, RedactionScope>();
  readonly #tails: Tail[] = [];
  readonly #onProblem: (error: unknown) => void;
  readonly #onFollowed: () => void;
  counts: DeliveryCounts = noCounts;

  /** @param onFollowed  a journal of this machine brought something: `counts` say what */
  constructor({ directory, store }: IntakeStart, onProblem: (error: unknown) => void, onFollowed: () => void) {
    this.#onProblem = onProblem;
    this.#onFollowed = onFollowed;
    this.#rooms = new Rooms({ directory, ...(store === null ? {} : { store }), onOpen: (room) => this.#follow(room) });
  }

  /** Take what shares a transaction from the front of the queue: works of one project. */
  takes<T extends { readonly work: Work }>(queue: T[]): readonly T[] {
    const project = projectOf(queue[0]?.work);
    let bytes = 0;
    let count = 0;
    for (const { work } of queue) {
      bytes += "body" in work ? work.body.byteLength : 0;
      if (count > 0 && (count >= WORKS || bytes > BYTES || projectOf(work) !== project)) break;
      count += 1;
    }
    return queue.splice(0, count);
  }

  async work(works: readonly Work[]): Promise<readonly Done[]> {
    const [first] = works;
    if (first?.kind === "close") {
      await Promise.all(this.#tails.map((tail) => tail.close()));
      await this.#rooms.close();
      return [{ outcome: "done" }];
    }
    let room: Room;
    try {
      room = await this.#rooms.room(projectOf(first));
    } catch (error) {
      return works.map(() => this.#later(error));
    }
    const prepared: (Prepared | Done)[] = [];
    for (const work of works) prepared.push(await this.#prepared(work, room));
    const batches = prepared.flatMap((one) => ("batches" in one ? one.batches : []));
    try {
      if (batches.length > 0) this.#commit(await room.store.ingest(batches), gapsIn(batches));
      return prepared.map((one): Done => ("batches" in one ? { outcome: "stored", entries: one.batches.reduce((sum, { entries }) => sum + entries.length, 0), refused: one.refused, ...(one.events === undefined ? {} : { events: one.events }) } : one));
    } catch (error) {
      const later = this.#later(error);
      return prepared.map((one) => ("batches" in one ? later : one));
    }
  }

  async #prepared(work: Work, room: Room): Promise<Prepared | Done> {
    try {
      switch (work.kind) {
        case "part":
          return this.#part(work);
        case "otlp": {
          const { batches, refused } = otlpBatches(recordsOfRequest(work.body, work.signal, work.encoding), this.#scope(room));
          return { batches, refused };
        }
        case "client": {
          const scope = this.#scope(room);
          const { spans, refused, events } = await spansOfClient(work.protocol, work.body, work.contentType, idsBy((id) => scope.text(id, { signal: "metadata" })), Date.now());
          const told = otlpBatches({ spans, logs: [] }, scope);
          return { batches: told.batches, refused: refused + told.refused, ...(events === undefined ? {} : { events }) };
        }
        case "action":
          return { batches: [actionBatch(work.action, this.#scope(room))], refused: 0 };
        case "cursors": {
          const cursors = await room.store.cursors();
          return { outcome: "cursors", cursors: Object.fromEntries(work.segments.flatMap((name) => (cursors.has(name) ? [[name, cursors.get(name) as number]] : []))) };
        }
        case "follow":
        case "close":
          return { outcome: "done" };
        default:
          return work satisfies never;
      }
    } catch (error) {
      if (error instanceof MalformedProtobuf || error instanceof MalformedOtlpJson || error instanceof MalformedClientBody) return this.#unreadable(error.message);
      if (error instanceof RangeError) return this.#unreadable("it is nested too deep or too large");
      return this.#later(error);
    }
  }

  #part(work: Extract<Work, { kind: "part" }>): Prepared | Done {
    const reading = this.#parts.read(Buffer.from(work.body.buffer, work.body.byteOffset, work.body.byteLength), `${work.project} ${work.sender}`, work.hashKey);
    switch (reading.outcome) {
      case "batches":
        return { batches: reading.batches, refused: 0 };
      case "missing":
        this.counts = { ...this.counts, asked: this.counts.asked + 1 };
        return { outcome: "missing", refs: reading.refs };
      case "unreadable":
        return this.#unreadable(reading.why);
      default:
        return reading satisfies never;
    }
  }

  #scope({ project, workspace }: Room): RedactionScope {
    const known = this.#scopes.get(project);
    if (known !== undefined) return known;
    const { root } = createRedactor({ dir: workspace.directory, onProblem: this.#onProblem });
    this.#scopes.set(project, root);
    return root;
  }

  #follow({ workspace, store }: Room): void {
    this.#tails.push(new Tail(workspace, store, (outcome) => this.#followed(outcome), this.#onProblem));
  }

  #followed(outcome: DirectoryOutcome): void {
    if (outcome.stored + outcome.duplicates + outcome.quarantined === 0) return;
    this.#count(outcome, outcome.gaps);
    this.#onFollowed();
  }

  #commit(outcome: IngestOutcome, gaps: number): void {
    this.#count(outcome, gaps);
    this.counts = { ...this.counts, commits: this.counts.commits + 1 };
  }

  #count({ stored, duplicates, quarantined }: IngestOutcome, gaps: number): void {
    const { counts } = this;
    this.counts = { ...counts, stored: counts.stored + stored, duplicates: counts.duplicates + duplicates, quarantined: counts.quarantined + quarantined, gaps: counts.gaps + gaps };
  }

  #unreadable(why: string): Done {
    this.counts = { ...this.counts, unreadable: this.counts.unreadable + 1 };
    return { outcome: "unreadable", why };
  }

  #later(error: unknown): Done {
    this.#onProblem(error);
    if (error instanceof WhysaidError) return { outcome: "later", code: error.code, why: error.message };
    return { outcome: "later", code: "UNEXPECTED", why: "something unexpected happened; the server's log has it" };
  }
}

const projectOf = (work: Work | undefined): string => (work !== undefined && "project" in work ? work.project : "");
