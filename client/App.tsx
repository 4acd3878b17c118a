import { useSignal } from "@preact/signals";
import { ClipboardList, Gauge, House, type IconNode, Sparkles, Sunrise, User } from "lucide";
import { Component, type ComponentChildren, type ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { outdated } from "./api/lazy.ts";
import { localProblem } from "./api/problem.ts";
import { member, recovering } from "./auth/session.ts";
import type { PageProps } from "./pages/page.ts";
import { place } from "./router.ts";
import { type Route, routeOf, SIGN_IN } from "./routes.ts";
import { Button } from "./ui/Button.tsx";
import { Icon } from "./ui/Icon.tsx";
import { online } from "./ui/online.ts";
import { Skeleton } from "./ui/Skeleton.tsx";
import { transition } from "./ui/transition.ts";

interface NavLink {
  readonly href: string;
  readonly label: string;
  readonly icon: IconNode;
  /** Only where there is room: home leads there too. */
  readonly wide?: true;
}

const LINKS: readonly NavLink[] = [
  { href: "/", label: "Home", icon: House },
  { href: "/profile", label: "Profile", icon: ClipboardList, wide: true },
  { href: "/assessment", label: "Assessment", icon: Gauge, wide: true },
  { href: "/life-vision", label: "Life Vision", icon: Sunrise },
  { href: "/viva", label: "VIVA", icon: Sparkles },
  { href: "/account", label: "Account", icon: User },
];

/** Whether a link leads to this page, or to the one above it. */
function currentOf(href: string, path: string): "page" | "true" | undefined {
  if (path === href) return "page";
  return href !== "/" && path.startsWith(`${href}/`) ? "true" : undefined;
}

function Header() {
  const { path } = place.value;
  return (
    <header class="site-header">
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      <a class="brand" href="/" aria-label="VibrationFit, home" translate={false}>
        Vibration<span class="brand-fit">Fit</span>
      </a>
      {member.value ? (
        <nav aria-label="Main">
          {LINKS.map(({ href, label, icon, wide }) => (
            <a
              key={href}
              class={wide ? "nav-link nav-wide" : "nav-link"}
              href={href}
              aria-current={currentOf(href, path)}
            >
              <Icon of={icon} />
              <span class="nav-label">{label}</span>
            </a>
          ))}
        </nav>
      ) : null}
    </header>
  );
}

/** Says that the connection is lost, for as long as it is. */
function OfflineBanner() {
  return (
    <div role="status">
      {online.value ? null : (
        <p class="offline-banner">
          You are offline. What you write is kept, and sent once you are connected.
        </p>
      )}
    </div>
  );
}

/** Says that a part of the page is missing, and offers the way to it. */
function OutdatedBanner() {
  return (
    <div role="status">
      {outdated.value ? (
        <div class="outdated-banner">
          <p>{localProblem("outdated").detail}</p>
          <Button onClick={() => location.reload()}>Load again</Button>
        </div>
      ) : null}
    </div>
  );
}

interface BoundaryProps {
  /** Another page has a chance of its own. */
  readonly path: string;
  readonly children: ComponentChildren;
}

/** Catches what a page throws, or that its code cannot be loaded (as after a new release). */
class Boundary extends Component<BoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  override componentDidUpdate(before: BoundaryProps) {
    if (this.state.failed && before.path !== this.props.path) this.setState({ failed: false });
  }

  static override getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div class="page page-narrow">
        <h1>This page did not load</h1>
        <p class="muted">{localProblem("outdated").detail}</p>
        <Button kind="primary" onClick={() => location.reload()}>
          Load again
        </Button>
      </div>
    );
  }
}

interface Shown extends PageProps {
  readonly route: Route;
  readonly Page: ComponentType<PageProps>;
}

/** Brings view and focus to a page that has just come. */
function arrive(main: HTMLElement | null, scroll: number | null, hash: string): void {
  const target = hash === "" ? null : document.getElementById(hash.slice(1));
  if (target && scroll === null) target.scrollIntoView();
  else scrollTo(0, scroll ?? 0);
  // A page may have placed the focus itself.
  const focused = document.activeElement;
  if (focused && focused !== main && main?.contains(focused)) return;
  const heading = main?.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  (heading ?? main)?.focus({ preventScroll: true });
}

/** The page of the address. While a page's code is on its way, the one before stays as it was. */
function Page() {
  const { path, query, hash, scroll } = place.value;
  const found = routeOf(path);
  // Who came to set a new password does that first.
  const members = member.value && !recovering.value;
  const route = members || found.route.open ? found.route : SIGN_IN;
  const loaded = useSignal<Pick<Shown, "route" | "Page"> | null>(null);
  const failed = useSignal(false);
  const main = useRef<HTMLElement>(null);
  const shown = useRef<Shown | null>(null);
  const stood = useRef<string | null>(null);

  useEffect(() => {
    let wanted = true;
    route.load().then(
      (module) => {
        if (!wanted) return;
        const change = () => {
          loaded.value = { route, Page: module.default };
        };
        if (!shown.current) return change();
        transition(async () => {
          change();
          // By the next task the page is rendered.
          await new Promise((resolve) => setTimeout(resolve));
        });
      },
      () => {
        if (wanted) failed.value = true;
      },
    );
    return () => {
      wanted = false;
    };
  }, [route, loaded, failed]);

  if (failed.value) throw new Error("the page could not be loaded");
  if (loaded.value?.route === route) {
    shown.current = { ...loaded.value, params: found.params, query: new URLSearchParams(query) };
  } else if ((shown.current?.route === SIGN_IN) !== (route === SIGN_IN) || !members) {
    // A page for members never stays for anyone else, not even while the next one loads.
    shown.current = null;
  }
  const now = shown.current;
  const arrived = now?.route === route ? route : null;

  // Before the frame is painted, so that nobody sees the new page at the old one's height.
  useLayoutEffect(() => {
    if (!arrived) return;
    document.title = arrived.pattern === "/" ? "VibrationFit" : `${arrived.title} · VibrationFit`;
    const at = arrived === SIGN_IN ? "sign-in" : path;
    // After a change of page, view and focus begin at the new content; at first they are the member's.
    if (stood.current !== null && stood.current !== at) arrive(main.current, scroll, hash);
    stood.current = at;
  }, [arrived, path, scroll, hash]);

  return (
    <main id="main" ref={main} tabIndex={-1} class={now?.route.full ? "main main-full" : "main"}>
      {now ? (
        <now.Page params={now.params} query={now.query} />
      ) : (
        <div class="page page-narrow">
          <Skeleton label="Loading" lines={4} />
        </div>
      )}
    </main>
  );
}

/** The whole app: header, offline banner, and the page of the address. */
export function App() {
  return (
    <>
      <Header />
      <OfflineBanner />
      <Boundary path={place.value.path}>
        <OutdatedBanner />
        <Page />
      </Boundary>
    </>
  );
}
