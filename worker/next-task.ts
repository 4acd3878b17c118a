/** The next macrotask: by then what was handed to the platform in this one has left. */
export const nextTask = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
