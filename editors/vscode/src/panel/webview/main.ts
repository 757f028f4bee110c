// The page of the panel: draws the blocks that the extension sends, as text only, and tells it what was clicked. Never does: make markup of
// what it gets.

import type { Block, Cite, FromPage, Page, ToPage } from "../page";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const api = acquireVsCodeApi();
const root = document.getElementById("page") as HTMLElement;
let number = 0;
/** Lists that somebody has opened or closed stay so while the page grows. */
const opened = new Map<string, boolean>();

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  number = data.number;
  draw(data.page);
});
api.postMessage({ kind: "ready" });

function draw(page: Page): void {
  const focused = (document.activeElement as HTMLElement | null)?.dataset["link"];
  const head = element("header", {}, [
    ...(page.kicker === "" ? [] : [element("p", { class: "kicker" }, [page.kicker])]),
    element("h1", {}, [page.title]),
    element("p", { class: "meta" }, [
      ...page.links.map((cite) => link(cite, "plain")),
      ...(page.note === "" ? [] : [element("span", {}, [page.note])]),
    ]),
  ]);
  const body = page.blocks.map(block);
  const busy = page.isBusy && body.length === 0 ? [element("p", { class: "busy", role: "status" }, ["Reading history…"])] : [];
  root.setAttribute("aria-busy", String(page.isBusy));
  root.replaceChildren(head, ...busy, ...body);
  if (focused !== undefined) {
    root.querySelector<HTMLElement>(`[data-link="${CSS.escape(focused)}"]`)?.focus();
  }
}

function block(block: Block): HTMLElement {
  switch (block.kind) {
    case "code":
      return element("pre", {}, [element("code", {}, [block.text])]);
    case "note":
      return element("p", { class: "note" }, [
        ...prose(block.text),
        ...(block.button === undefined ? [] : [button(block.button.label, block.button.to, "button")]),
      ]);
    case "sentences":
      return element("section", block.isGrowing ? { class: "growing" } : {}, [
        element("h2", {}, [block.heading]),
        element(
          "ul",
          { class: "sentences", "aria-live": "polite" },
          block.items.map(({ text, cites }) => element("li", {}, [...prose(text), ...cites.flatMap((cite) => [" ", link(cite, "cite")])])),
        ),
        ...(block.isGrowing ? [element("p", { class: "busy", role: "status" }, [block.caption ?? "…"])] : []),
        ...(block.caption === undefined || block.isGrowing ? [] : [element("p", { class: "caption" }, [block.caption])]),
      ]);
    case "list":
      return list(block);
  }
}

function list(block: Extract<Block, { kind: "list" }>): HTMLElement {
  const name = block.heading.replace(/ \(\d+\)$/, "");
  const details = element("details", {}, [
    element("summary", {}, [block.heading]),
    element(
      "ul",
      { class: "links" },
      block.items.map(({ text, title, note, to }) => {
        const to_ = link({ text, to }, "plain");
        to_.title = title;
        return element("li", {}, [to_, " ", element("span", { class: "where" }, [note])]);
      }),
    ),
  ]) as HTMLDetailsElement;
  details.open = opened.get(name) ?? block.isOpen;
  details.addEventListener("toggle", () => opened.set(name, details.open));
  return details;
}

/** Text, with what stands between backticks as code. */
function prose(text: string): (Node | string)[] {
  return text.split("`").flatMap((part, index) => (index % 2 === 1 ? [element("code", {}, [part])] : dated(part)));
}

/** Text in which no date is broken at the end of a line. */
function dated(text: string): (Node | string)[] {
  return text.split(/(\d{4}-\d\d-\d\d)/).map((part, index) => (index % 2 === 1 ? element("span", { class: "date" }, [part]) : part));
}

function link({ text, to }: Cite, style: string): HTMLElement {
  return button(text, to, style);
}

function button(text: string, to: number, style: string): HTMLElement {
  const made = element("button", { class: style, type: "button" }, [text]);
  made.dataset["link"] = `${text} ${to}`;
  made.addEventListener("click", () => api.postMessage({ kind: "open", to, number }));
  return made;
}

function element(tag: string, attributes: Record<string, string>, children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  made.append(...children);
  return made;
}
