import type { ComponentType } from "preact";
import { match } from "./match.ts";

/** What a page gets from its address. */
export interface PageProps {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export interface Route {
  readonly pattern: string;
  /** For the browser's title. */
  readonly title: string;
  /** Whether it fills the window and scrolls by itself, as the chat does. */
  readonly full?: true;
  load(): Promise<{ readonly default: ComponentType<PageProps> }>;
}

/** Pages for members; each is a chunk of its own. Another page is another row. */
export const ROUTES: readonly Route[] = [
  { pattern: "/", title: "Home", load: () => import("./pages/Home.tsx") },
  { pattern: "/viva", title: "VIVA", full: true, load: () => import("./pages/Viva.tsx") },
  { pattern: "/account", title: "Account", load: () => import("./pages/Account.tsx") },
];

/** What a member sees under an address that is not one. */
export const NOT_FOUND: Route = {
  pattern: "",
  title: "Not found",
  load: () => import("./pages/NotFound.tsx"),
};

/** What everyone else sees, whatever the address: after signing in they are where they wanted to be. */
export const SIGN_IN: Route = {
  pattern: "",
  title: "Sign in",
  load: () => import("./pages/SignIn.tsx"),
};

/** The route of a path, with its parameters. */
export function routeOf(path: string): { route: Route; params: Record<string, string> } {
  for (const route of ROUTES) {
    const params = match(route.pattern, path);
    if (params) return { route, params };
  }
  return { route: NOT_FOUND, params: {} };
}
