/** Something that will happen unless it is cancelled; cancelling what has happened does nothing. */
export interface Timer {
  cancel(): void;
}

/** Calls back once, after so many milliseconds. */
export function after(milliseconds: number, callback: () => void): Timer {
  const id = setTimeout(callback, milliseconds);
  return { cancel: () => clearTimeout(id) };
}
