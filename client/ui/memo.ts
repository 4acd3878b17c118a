import { Component, type ComponentType, h, type RenderableProps } from "preact";

function same(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.is(a[key], b[key]));
}

/** A component that renders again only when a prop is another value. */
export function memo<Props extends object>(Inner: ComponentType<Props>): ComponentType<Props> {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return !same(this.props as Record<string, unknown>, next as Record<string, unknown>);
    }

    override render(props: RenderableProps<Props>) {
      return h(Inner, props as Props & { children?: unknown } as never);
    }
  };
}
