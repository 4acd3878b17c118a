import type { ComponentType } from "preact";

/** What a page gets from its address. */
export interface PageProps {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** The module of a page. */
export interface PageModule {
  readonly default: ComponentType<PageProps>;
  /** Begins to read what the page shows; called when someone is about to open it. */
  prefetch?(props: PageProps): void;
}
