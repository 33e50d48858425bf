/** What each role may, in words. */
import type { Role } from "../api/shapes.ts";

export const roleMeans: Readonly<Record<Role, string>> = {
  ingest: "appends recordings, reads nothing",
  read: "sees everything, with pseudonyms",
  reveal: "also true names, one trace at a time; replays and reviews",
  admin: "all of it, keys and the audit log too",
};
