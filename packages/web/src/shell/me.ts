/** Who is looking, and what this server lets them do: pages offer what may be done and say why the rest may not. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { getJson } from "../api/client.ts";
import type { Role } from "../api/shapes.ts";

export interface Me {
  readonly actor: string;
  readonly role: Role;
  readonly project: string;
  readonly version: string;
  readonly rights: readonly Role[];
  /** null: this server sends nothing again. */
  readonly replay: { readonly target: string | null; readonly maxCalls: number; readonly maxTokens: number } | null;
}
export const meQuery = queryOptions({ queryKey: ["me"], queryFn: ({ signal }) => getJson<Me>("/api/me", {}, signal), staleTime: 300_000 });
export const useMe = (): Me | undefined => useQuery(meQuery).data;
/** False until it is known. */
export const useMay = (right: Role): boolean => useMe()?.rights.includes(right) === true;
