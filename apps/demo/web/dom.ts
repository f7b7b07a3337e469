type Attribute = string | number | boolean | undefined | ((event: Event) => void);

/** Makes an element. `true` sets an attribute without a value, `false` none; functions under `onclick` and the like listen. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else if (value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

const svg = "http://www.w3.org/2000/svg";

/** One of the symbols in index.html, as decoration: its meaning must stand beside it in words. */
export function icon(name: "usher" | "laptop" | "phone" | "send" | "more"): SVGSVGElement {
  const element = document.createElementNS(svg, "svg");
  element.setAttribute("class", `icon icon-${name}`);
  element.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(svg, "use");
  use.setAttribute("href", `#icon-${name}`);
  element.append(use);
  return element;
}

/** A child of a list that outlives updates, so that it keeps focus and place. */
export interface Row<Item> {
  readonly element: HTMLElement;
  update(item: Item): void;
}

/** Keeps the children of `list` those of `items`, in their order; `make` is called once for each id. */
export function keyedList<Item extends { readonly id: string }>(
  list: HTMLElement,
  make: (item: Item) => Row<Item>,
): (items: readonly Item[]) => void {
  const rows = new Map<string, Row<Item>>();
  return (items) => {
    const wanted = new Set(items.map(({ id }) => id));
    for (const [id, { element }] of rows) {
      if (wanted.has(id)) continue;
      element.remove();
      rows.delete(id);
    }
    items.forEach((item, index) => {
      const row = rows.get(item.id) ?? make(item);
      rows.set(item.id, row);
      row.update(item);
      if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
    });
  };
}
