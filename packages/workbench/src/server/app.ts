/** The whole of the server as one function from request to answer: guards, health, the one-time link, `/api`, the pages. `serve.ts` puts it on a port. */
import { Hono } from "hono";
import { requestOpening } from "./access/opening.ts";
import { CALLBACK_PATH, SIGN_IN_PATH, type SignIn } from "./access/sign-in.ts";
import type { Env } from "./env.ts";
import { keyIn, type Access } from "./access/access.ts";
import { apiRoutes } from "./api/index.ts";
import { safeHeaders } from "./guard/headers.ts";
import { originGuard } from "./guard/origin.ts";
import { ACTIONS_PATH } from "./ingest/actions.ts";
import { ingestRouter } from "./ingest/router.ts";
import type { Intake } from "./intake/intake.ts";
import type { Log } from "./log.ts";
import { mcpRouter } from "./mcp.ts";
import type { Metrics } from "./metrics.ts";
import { pages } from "./pages.ts";
import { refusalOf } from "./refusal.ts";
import { apiRouter } from "./router.ts";
import type { Reading } from "./reading/reading.ts";
import type { Rooms } from "./rooms.ts";
import type { ServerSettings } from "./settings.ts";

export interface AppOptions {
  readonly access: Access;
  readonly rooms: Rooms;
  readonly reading: Reading;
  readonly settings: ServerSettings;
  readonly intake: Intake;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly hosts: ReadonlySet<string>;
  /** False while starting and stopping. */
  readonly isReady: () => Promise<boolean>;
  readonly now: () => number;
  readonly onDefect: (error: unknown) => void;
  /** Sign-in through a provider; absent where none is set up. */
  readonly signIn?: SignIn;
  /** Folder of the built pages, for tests. */
  readonly webRoot?: string;
}

export function createApp({ access, rooms, reading, settings, intake, metrics, log, hosts, isReady, now, onDefect, signIn, webRoot }: AppOptions): Hono<Env> {
  const app = new Hono<Env>();
  app.use(safeHeaders());
  app.use(async (context, next) => {
    const startedMs = performance.now();
    context.set("route", "pages");
    await next();
    const route = context.get("route");
    const ms = performance.now() - startedMs;
    metrics.request(context.req.method, route, context.res.status, ms / 1000);
    log.info({ method: context.req.method, route, status: context.res.status, ms: Math.round(ms) }, "request");
  });
  // Probes come by address, from the machine itself or the cluster, and learn nothing.
  app.get("/healthz", (context) => context.text("ok\n"));
  app.get("/readyz", async (context) => ((await isReady()) ? context.text("ready\n") : context.text("not ready\n", 503, { "retry-after": "1" })));
  app.use(originGuard({ hosts, isOpen: (path) => path === ACTIONS_PATH }));
  app.get("/metrics", async (context) => {
    const identity = await access.require(context, "read");
    return identity instanceof Response ? identity : context.text(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType });
  });
  app.get("/open", (context) => requestOpening(context, access, now()));
  if (signIn !== undefined) {
    app.get(SIGN_IN_PATH, (context) => signIn.begin(context));
    app.get(CALLBACK_PATH, (context) => signIn.finish(context));
  }
  app.post("/auth/logout", (context) => {
    access.sessions.end(context);
    return context.json({ signedIn: false });
  });
  app.route("/", ingestRouter(access, intake, now));
  app.route("/", apiRouter({ routes: apiRoutes, access, rooms, reading, settings, intake, onDefect }));
  app.route("/", mcpRouter(access, rooms, now));
  app.get("/t/*", async (context, next) => {
    reading.warm("trace");
    const [, traceId] = /^\/t\/([0-9a-f]{32})$/.exec(context.req.path) ?? [];
    // A browser that is in; a key goes with each of the page's own requests, and is checked there.
    const identity = traceId === undefined || context.req.header("cookie") === undefined || keyIn(context) !== null ? null : await access.require(context, "read");
    if (traceId !== undefined && identity !== null && !(identity instanceof Response)) reading.begin(identity.project, traceId);
    await next();
  });
  app.get("/", async (_context, next) => {
    reading.warm("home");
    await next();
  });
  app.route("/", pages(webRoot));
  app.onError((error) => {
    onDefect(error);
    return refusalOf(error);
  });
  return app;
}
