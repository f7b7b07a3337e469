/** Something that will happen unless it is cancelled; cancelling what has happened does nothing. */
export interface Timer {
  cancel(): void;
}

/** Calls back once, after so many milliseconds. */
export function after(milliseconds: number, callback: () => void): Timer {
  const id = setTimeout(callback, milliseconds);
  return { cancel: () => clearTimeout(id) };
}

/** Calls back again and again, with so many milliseconds between. */
export function every(milliseconds: number, callback: () => void): Timer {
  const id = setInterval(callback, milliseconds);
  return { cancel: () => clearInterval(id) };
}
