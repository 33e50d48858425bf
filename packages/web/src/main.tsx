/** Where the pages start in the browser. */
import "./page.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ApiError } from "./api/client.ts";
import { makeRouter } from "./routes.tsx";
import { startTheme } from "./shell/theme.ts";

startTheme();
const client = new QueryClient({
  defaultOptions: { queries: { staleTime: 5_000, refetchOnWindowFocus: false, retry: (failures, error) => failures < 1 && error instanceof ApiError && (error.status === 0 || error.status >= 500) } },
});
const place = document.querySelector("#page");
if (place !== null)
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={makeRouter()} />
      </QueryClientProvider>
    </StrictMode>,
  );
