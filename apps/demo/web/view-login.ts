import { sentenceOf } from "./api.ts";
import { h, icon } from "./dom.ts";

const suggestions = ["Alice", "Bob", "Carol", "Dan"];

/** The card that asks for a name. */
export interface LoginView {
  readonly element: HTMLElement;
  focus(): void;
}

/**
 * @param farewell why somebody was sent here
 * @param logIn resolves when the page has moved on
 */
export function loginView(farewell: string | undefined, logIn: (name: string) => Promise<void>): LoginView {
  const name = h("input", {
    id: "name",
    name: "name",
    required: true,
    maxlength: 24,
    autocomplete: "off",
    autocapitalize: "words",
    spellcheck: "false",
    placeholder: "Your name",
  });
  const fault = h("p", { class: "fault", role: "alert" });
  const submit = async (chosen: string): Promise<void> => {
    fault.textContent = "";
    try {
      await logIn(chosen);
    } catch (error) {
      fault.textContent = sentenceOf(error);
      name.focus();
    }
  };
  const chips = suggestions.map((suggestion) =>
    h("button", { type: "button", class: "chip", onclick: () => void submit(suggestion) }, suggestion),
  );
  const form = h(
    "form",
    {
      onsubmit(event) {
        event.preventDefault();
        void submit(name.value);
      },
    },
    h("label", { for: "name" }, "Who are you?"),
    h("div", { class: "field" }, name, h("button", { type: "submit", class: "primary" }, "Log in")),
    fault,
    h("div", { class: "chips", role: "group", "aria-label": "Log in as" }, h("span", {}, "or come as"), ...chips),
  );
  const element = h(
    "main",
    { class: "login" },
    h(
      "div",
      { class: "card" },
      h("div", { class: "mark" }, icon("usher")),
      h("h1", {}, "Usher demo"),
      h("p", { class: "lead" }, "Messages that find people, on whatever device they are signed in."),
      ...(farewell ? [h("p", { class: "farewell", role: "alert" }, farewell)] : []),
      form,
    ),
    h("p", { class: "aside" }, "No password, nothing is kept. Open a second browser to be somebody else as well."),
  );
  return { element, focus: () => name.focus() };
}
