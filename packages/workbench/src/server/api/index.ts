/** Every route of `/api`. Add a file beside this one that exports its routes, and list it here: the router, OpenAPI and the authorization test follow. */
import type { ApiRoute } from "../route.ts";
import { auditRoutes } from "./audit.ts";
import { bundleRoutes } from "./bundle.ts";
import { caseRoutes } from "./cases.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { erasureRoutes } from "./erasure.ts";
import { findRoutes } from "./find.ts";
import { keyRoutes } from "./keys.ts";
import { meRoutes } from "./me.ts";
import { replayRoutes } from "./replay.ts";
import { reparseRoutes } from "./reparse.ts";
import { revealRoutes } from "./reveal.ts";
import { reportRoutes } from "./reports.ts";
import { storyRoutes } from "./story.ts";
import { traceRoutes } from "./traces.ts";

export const apiRoutes: readonly ApiRoute[] = [
  ...meRoutes,
  ...deliveryRoutes,
  ...traceRoutes,
  ...storyRoutes,
  ...bundleRoutes,
  ...revealRoutes,
  ...auditRoutes,
  ...reportRoutes,
  ...findRoutes,
  ...replayRoutes,
  ...reparseRoutes,
  ...caseRoutes,
  ...keyRoutes,
  ...erasureRoutes,
];
