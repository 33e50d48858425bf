/** The pages the navigation leads to, in the order of an engineer's day. */
export const pages = [
  { to: "/", label: "Find", key: "h" },
  { to: "/traces", label: "Traces", key: "l" },
  { to: "/issues", label: "Issues", key: "i" },
  { to: "/cases", label: "Cases", key: "c" },
  { to: "/reparse", label: "Reparse", key: "p" },
  { to: "/drift", label: "Drift", key: "r" },
  { to: "/gate", label: "Gate", key: "s" },
  { to: "/audit", label: "Audit", key: "a" },
  { to: "/settings", label: "Settings", key: "e" },
] as const;
