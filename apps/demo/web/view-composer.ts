import { h, icon } from "./dom.ts";

/** To whom, and what becomes of it, in words. */
export interface ComposerWords {
  readonly label: string;
  readonly hint: string;
}

/** The box in which one writes to a person. Enter sends, Shift and Enter begins a line. */
export function composerView(
  { label, hint }: ComposerWords,
  send: (text: string) => Promise<string | undefined>,
): HTMLElement {
  const fault = h("p", { class: "fault", role: "alert" });
  const text = h("textarea", { rows: 1, maxlength: 1000, "aria-label": label, placeholder: label, onkeydown });
  return h(
    "form",
    { class: "composer", onsubmit },
    fault,
    h(
      "div",
      { class: "box" },
      text,
      h("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send")),
    ),
    h("p", { class: "caption hint" }, hint, h("code", {}, "sendToUser")),
  );

  function onkeydown(event: Event): void {
    const { key, shiftKey, isComposing } = event as KeyboardEvent;
    if (key !== "Enter" || shiftKey || isComposing) return;
    event.preventDefault();
    text.form?.requestSubmit();
  }

  function onsubmit(event: Event): void {
    event.preventDefault();
    void submit();
  }

  async function submit(): Promise<void> {
    const written = text.value;
    if (written.trim() === "") return;
    text.value = "";
    fault.textContent = "";
    const sentence = await send(written);
    if (sentence === undefined) return;
    fault.textContent = sentence;
    if (text.value === "") text.value = written; // nothing that was written is lost
  }
}
