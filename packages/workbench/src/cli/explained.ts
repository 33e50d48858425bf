/** A trace rebuilt, with its likely causes and where its values came from. */
import type { Reconstruction } from "@whysaid/recorder/format";
import { reconstruct } from "../reconstruct/reconstruct.ts";
import type { StoredTrace } from "../store/store.ts";

export async function explained(trace: StoredTrace): Promise<Reconstruction> {
  return reconstruct(trace);
}
