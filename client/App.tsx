import { useSignal } from "@preact/signals";
import { House, type IconNode, Sparkles, User } from "lucide";
import { Component, type ComponentChildren, type ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { member } from "./auth/session.ts";
import { place } from "./router.ts";
import { type PageProps, type Route, routeOf, SIGN_IN } from "./routes.ts";
import { Button } from "./ui/Button.tsx";
import { Icon } from "./ui/Icon.tsx";
import { online } from "./ui/online.ts";
import { Skeleton } from "./ui/Skeleton.tsx";

const LINKS: readonly { href: string; label: string; icon: IconNode }[] = [
  { href: "/", label: "Home", icon: House },
  { href: "/viva", label: "VIVA", icon: Sparkles },
  { href: "/account", label: "Account", icon: User },
];

function Header() {
  const { path } = place.value;
  return (
    <header class="site-header">
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      <a class="brand" href="/" aria-label="VibrationFit, home">
        Vibration<span class="brand-fit">Fit</span>
      </a>
      {member.value ? (
        <nav aria-label="Main">
          {LINKS.map(({ href, label, icon }) => (
            <a
              key={href}
              class="nav-link"
              href={href}
              aria-current={path === href ? "page" : undefined}
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

/** Catches what a page throws, or that its code cannot be loaded (as after a new release). */
class Boundary extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };

  static override getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div class="page page-narrow">
        <h1>This page did not load</h1>
        <p class="muted">What you wrote is kept. Loading the page anew usually helps.</p>
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

/** The page of the address. While a page's code is on its way, the one before stays as it was. */
function Page() {
  const { path, query } = place.value;
  const found = routeOf(path);
  const route = member.value ? found.route : SIGN_IN;
  const loaded = useSignal<Pick<Shown, "route" | "Page"> | null>(null);
  const failed = useSignal(false);
  const main = useRef<HTMLElement>(null);
  const shown = useRef<Shown | null>(null);
  const focused = useRef<Route | null>(null);

  useEffect(() => {
    let wanted = true;
    route.load().then(
      (module) => {
        if (wanted) loaded.value = { route, Page: module.default };
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
  } else if ((shown.current?.route === SIGN_IN) !== (route === SIGN_IN)) {
    // A page for members never stays for anyone else, not even while the next one loads.
    shown.current = null;
  }
  const now = shown.current;
  const arrived = now?.route === route ? route : null;

  useEffect(() => {
    if (!arrived) return;
    document.title = arrived.pattern === "/" ? "VibrationFit" : `${arrived.title} · VibrationFit`;
    // After a change of page, view and focus begin at the new content; at first they are the member's.
    if (focused.current && focused.current !== arrived) {
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    focused.current = arrived;
  }, [arrived]);

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
      <Boundary>
        <Page />
      </Boundary>
    </>
  );
}
