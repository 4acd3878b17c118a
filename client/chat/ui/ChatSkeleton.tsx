/** The place of a conversation that is being loaded. */
export function ChatSkeleton() {
  return (
    <div class="chat-skeleton" role="status">
      <span class="visually-hidden">Loading the conversation</span>
      <span class="skeleton-bubble" />
      <span class="skeleton-bubble skeleton-bubble-member" />
      <span class="skeleton-bubble" />
    </div>
  );
}
