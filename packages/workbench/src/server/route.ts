/**
 * What a route is: one declaration says its path, who may call it, what it takes and what it answers. From the same declarations come the router, the OpenAPI
 * document and the authorization test. A file of `api/` exports some; `api/index.ts` lists them all.
 */
import type { z } from "zod";
import type { Identity } from "./access/identity.ts";
import type { Arrivals } from "./intake/intake.ts";
import type { Right } from "./access/rights.ts";
import type { Reading } from "./reading/reading.ts";
import type { Room } from "./rooms.ts";
import type { ServerSettings } from "./settings.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** What a route's answer is made from: everything that came in has been checked by the route's own schemas. */
export interface ApiCall<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Store and directory of the caller's project. */
  readonly room: Room;
  /** Rebuilds and explains traces off the main thread. */
  readonly reading: Reading;
  readonly identity: Identity;
  readonly settings: ServerSettings;
  /** What has come in since the server started, of all projects. */
  readonly arrivals: Arrivals;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}
export interface RouteSpec<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: Method;
  /** As Hono writes it: `/api/traces/:id`. */
  readonly path: `/api/${string}`;
  /** The right a caller must have. There is no route without one: what needs none is not declared here. */
  readonly right: Right;
  /** One sentence, for OpenAPI. */
  readonly about: string;
  readonly params?: Params;
  /** Values arrive as text; unknown names are refused. Use `z.coerce` for numbers. */
  readonly query?: Query;
  /** JSON, at most 1 MiB. */
  readonly body?: Body;
  /** Shape of the answer, for OpenAPI; not checked at run time. */
  readonly response?: z.ZodType;
  /** @returns a JSON value; null answers 404; a `Response` is sent as it is. A WhysaidError is answered by its code. */
  readonly answer: (call: ApiCall<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<unknown>;
}
export interface ApiRoute extends Omit<RouteSpec<z.ZodType, z.ZodType, z.ZodType>, "answer"> {
  readonly answer: (call: ApiCall<unknown, unknown, unknown>) => Promise<unknown>;
}

export function apiRoute<Params extends z.ZodType = z.ZodUndefined, Query extends z.ZodType = z.ZodUndefined, Body extends z.ZodType = z.ZodUndefined>(spec: RouteSpec<Params, Query, Body>): ApiRoute {
  // The router hands `answer` nothing but what these same schemas gave.
  return spec as unknown as ApiRoute;
}

/** An answer that is JSON text already. */
export const json = (text: string): Response => new Response(text, { headers: { "content-type": "application/json" } });
