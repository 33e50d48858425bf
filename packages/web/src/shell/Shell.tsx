/** What every page stands in: the way to the others, the search field's key, the theme, the keys. */
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { listenToKeys, useKeys, type KeyAction } from "./keys.ts";
import { pages } from "./pages.ts";
import { toggleTheme } from "./theme.ts";

const KeysDialog = lazy(() => import("./KeysDialog.tsx").then((module) => ({ default: module.KeysDialog })));

export function Shell() {
  const [areKeysShown, showKeys] = useState(false);
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: "?", does: "show the keys of this page", run: () => showKeys((isShown) => !isShown) },
      {
        key: "/",
        does: "search",
        run: () => {
          const field = document.querySelector<HTMLElement>("[data-search]");
          if (field === null) void navigate({ to: "/" });
          else field.focus();
        },
      },
      { key: "t", does: "light or dark", run: toggleTheme },
      ...pages.map(({ to, label, key }): KeyAction => ({ key: `g ${key}`, does: `go to ${label}`, run: () => void navigate({ to }) })),
    ],
    [navigate],
  );
  useKeys("Everywhere", keys);
  useEffect(listenToKeys, []);
  useEffect(() => scrollTo({ top: 0, behavior: "instant" }), [path]);
  return (
    <>
      <a className="skip-link" href="#content">
        To the content
      </a>
      <header className="sticky top-0 z-30 border-b border-line bg-card">
        <div className="mx-auto flex h-11 max-w-[104rem] items-center gap-1 px-3 sm:px-5">
          <Link to="/" className="mr-3 flex items-center gap-2 font-semibold tracking-tight">
            <svg viewBox="0 0 32 32" className="h-5 w-5" aria-hidden="true">
              <path d="M4 9l5 14 7-14 7 14 5-14" fill="none" stroke="var(--accent)" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" />
              <circle cx="28" cy="9" r="3" fill="var(--bad)" />
            </svg>
            <span className="hidden sm:inline">Whysaid</span>
          </Link>
          <nav aria-label="Pages" className="flex min-w-0 flex-1 items-center gap-0.5 overflow-x-auto">
            {pages.map(({ to, label }) => (
              <Link
                key={to}
                to={to}
                activeOptions={{ exact: to === "/" }}
                className="rounded-md px-2.5 py-1 text-[13px] text-soft hover:bg-sunk hover:text-ink"
                activeProps={{ className: "bg-sunk !text-ink font-semibold" }}
              >
                {label}
              </Link>
            ))}
          </nav>
          <button type="button" className="quiet-button" onClick={toggleTheme} aria-label="Light or dark">
            <span aria-hidden="true">◐</span>
          </button>
          <button type="button" className="quiet-button" onClick={() => showKeys(true)}>
            <kbd className="font-mono">?</kbd> <span className="hidden sm:inline">keys</span>
          </button>
        </div>
      </header>
      <main id="content" className="mx-auto max-w-[104rem] px-3 pt-4 pb-24 sm:px-5">
        <Outlet />
      </main>
      {areKeysShown && (
        <Suspense>
          <KeysDialog isOpen onOpenChange={showKeys} />
        </Suspense>
      )}
    </>
  );
}
