/** Which page stands at which address. The home and trace pages come with the first load, the others when first opened. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { HomePage } from "./home/HomePage.tsx";
import { readCaseSearch } from "./cases/queries.ts";
import { readFilters } from "./list/filters.ts";
import { Shell } from "./shell/Shell.tsx";
import { TracePage } from "./trace/TracePage.tsx";
import { ErrorNotice, Notice } from "./ui/Notice.tsx";

const textOf = (value: unknown): string | undefined => (typeof value === "string" || typeof value === "number" ? String(value) : undefined);

const root = createRootRoute({
  component: Shell,
  errorComponent: ({ error }) => <ErrorNotice error={error} />,
  notFoundComponent: () => <Notice title="There is no such page.">A trace stands at /t/ and its id.</Notice>,
});
const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: HomePage,
  validateSearch: (search: Record<string, unknown>): { q?: string } => {
    const q = textOf(search["q"]);
    return q === undefined ? {} : { q };
  },
});
const traces = createRoute({ getParentRoute: () => root, path: "/traces", validateSearch: readFilters, component: lazyRouteComponent(() => import("./list/ListPage.tsx"), "ListPage") });
export const traceRoute = createRoute({ getParentRoute: () => root, path: "/t/$traceId", component: TracePage });
const diff = createRoute({ getParentRoute: () => root, path: "/diff/$a/$b", component: lazyRouteComponent(() => import("./diff/DiffPage.tsx"), "DiffPage") });
const audit = createRoute({ getParentRoute: () => root, path: "/audit", component: lazyRouteComponent(() => import("./audit/AuditPage.tsx"), "AuditPage") });
const ofFeature = (search: Record<string, unknown>): { feature?: string } => {
  const feature = textOf(search["feature"]);
  return feature === undefined ? {} : { feature };
};
const gate = createRoute({ getParentRoute: () => root, path: "/gate", validateSearch: ofFeature, component: lazyRouteComponent(() => import("./gate/GatePage.tsx"), "GatePage") });
const drift = createRoute({ getParentRoute: () => root, path: "/drift", validateSearch: ofFeature, component: lazyRouteComponent(() => import("./drift/DriftPage.tsx"), "DriftPage") });
const issues = createRoute({ getParentRoute: () => root, path: "/issues", component: lazyRouteComponent(() => import("./issues/IssuesPage.tsx"), "IssuesPage") });

const cases = createRoute({ getParentRoute: () => root, path: "/cases", validateSearch: readCaseSearch, component: lazyRouteComponent(() => import("./cases/CasesPage.tsx"), "CasesPage") });
const reparse = createRoute({ getParentRoute: () => root, path: "/reparse", validateSearch: ofFeature, component: lazyRouteComponent(() => import("./reparse/ReparsePage.tsx"), "ReparsePage") });
const settings = createRoute({ getParentRoute: () => root, path: "/settings", component: lazyRouteComponent(() => import("./settings/SettingsPage.tsx"), "SettingsPage") });

const tree = root.addChildren([home, traces, traceRoute, diff, issues, cases, reparse, drift, gate, audit, settings]);
/** Search values are plain texts, so that an address can be typed. */
const parseSearch = (text: string): Record<string, unknown> => Object.fromEntries(new URLSearchParams(text));
const stringifySearch = (search: Record<string, unknown>): string => {
  const wanted = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return wanted.length === 0 ? "" : `?${new URLSearchParams(wanted.map(([name, value]) => [name, String(value)])).toString()}`;
};
export const makeRouter = () => createRouter({ routeTree: tree, parseSearch, stringifySearch, defaultPreload: false, scrollRestoration: false });
declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
