import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { lazy } from "../api/lazy.ts";
import { ChatSkeleton } from "../chat/ui/ChatSkeleton.tsx";
import type { TalkViewProps } from "./TalkView.tsx";

/** Fetches the code of the talk. */
export const loadTalk = lazy(() => import("./TalkView.tsx"));

/** The talk, whose code is fetched when it is wanted: most of the way goes without it. */
export function LazyTalk(props: TalkViewProps) {
  const loaded = useSignal<{ readonly Talk: ComponentType<TalkViewProps> } | null>(null);
  const failed = useSignal(false);
  useEffect(() => {
    loadTalk().then(
      ({ TalkView }) => {
        loaded.value = { Talk: TalkView };
      },
      () => {
        failed.value = true;
      },
    );
  }, [loaded, failed]);
  if (failed.value) throw new Error("the talk could not be loaded");
  const Talk = loaded.value?.Talk;
  return Talk ? <Talk {...props} /> : <ChatSkeleton />;
}
