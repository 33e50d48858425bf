/** The pages the navigation leads to, in the order of an engineer's day. */
export const pages = [
  { to: "/", label: "Find", key: "h" },
  { to: "/traces", label: "Traces", key: "l" },
  { to: "/issues", label: "Issues", key: "i" },
  { to: "/drift", label: "Drift", key: "r" },
  { to: "/gate", label: "Gate", key: "s" },
  { to: "/audit", label: "Audit", key: "a" },
] as const;
