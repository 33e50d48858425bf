/** The pages the navigation leads to, in the order of an engineer's day. */
export const pages = [
  { to: "/", label: "Find", key: "h" },
  { to: "/traces", label: "Traces", key: "l" },
] as const;
