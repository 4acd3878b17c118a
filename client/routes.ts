import type { PagePattern } from "../domain/pages.ts";
import { type Lazy, lazy } from "./api/lazy.ts";
import type { PageModule } from "./pages/page.ts";
import { match } from "./platform/match.ts";

export interface Route {
  /** Empty for what has no address of its own. */
  readonly pattern: PagePattern | "";
  /** For the browser's title. */
  readonly title: string;
  /** Whether it is no member's page, and shown whoever is signed in. */
  readonly open?: true;
  /** Whether it fills the window and scrolls by itself, as the chat does. */
  readonly full?: true;
  readonly load: Lazy<PageModule>;
}

/** Pages for members; each is a chunk of its own. Another page is another row. */
export const ROUTES: readonly Route[] = [
  { pattern: "/", title: "Home", load: lazy(() => import("./pages/Home.tsx")) },
  { pattern: "/profile", title: "Life Profile", load: lazy(() => import("./pages/Profile.tsx")) },
  {
    pattern: "/assessment",
    title: "Vibrational Assessment",
    load: lazy(() => import("./pages/Assessment.tsx")),
  },
  {
    pattern: "/life-vision",
    title: "Life Vision",
    load: lazy(() => import("./pages/LifeVision.tsx")),
  },
  {
    pattern: "/life-vision/create-with-viva",
    title: "Create with VIVA",
    load: lazy(() => import("./pages/CreateWithViva.tsx")),
  },
  {
    pattern: "/life-vision/:id",
    title: "Life Vision",
    load: lazy(() => import("./pages/Vision.tsx")),
  },
  {
    pattern: "/vision/build",
    title: "Build your vision",
    load: lazy(() => import("./pages/VisionBuild.tsx")),
  },
  { pattern: "/viva", title: "VIVA", full: true, load: lazy(() => import("./pages/Viva.tsx")) },
  { pattern: "/account", title: "Account", load: lazy(() => import("./pages/Account.tsx")) },
  {
    pattern: "/ops",
    title: "Operations",
    open: true,
    load: lazy(() => import("./pages/Operations.tsx")),
  },
];

/** What a member sees under an address that is not one. */
export const NOT_FOUND: Route = {
  pattern: "",
  title: "Not found",
  load: lazy(() => import("./pages/NotFound.tsx")),
};

/** What everyone else sees, whatever the address: after signing in they are where they wanted to be. */
export const SIGN_IN: Route = {
  pattern: "",
  title: "Sign in",
  load: lazy(() => import("./pages/SignIn.tsx")),
};

/** The route of a path, with its parameters. */
export function routeOf(path: string): { route: Route; params: Record<string, string> } {
  for (const route of ROUTES) {
    const params = match(route.pattern, path);
    if (params) return { route, params };
  }
  return { route: NOT_FOUND, params: {} };
}

/**
 * Fetches the code of a page, and lets it begin to read its data. Failures are left to the page
 * itself, which says so once it is opened.
 */
export function prefetch(path: string, query: string): void {
  const { route, params } = routeOf(path);
  route.load({ ahead: true }).then(
    (page) => page.prefetch?.({ params, query: new URLSearchParams(query) }),
    () => {},
  );
}
