// Everything with the keyboard alone: views, their menus, what a change opens, the panel and its sources, lenses, search and its kinds, the menu of
// the status bar. Never does: touch the mouse.

import { join } from "node:path";

import { until } from "./editor.mjs";

export const options = ({ scratch }) => ({ env: { BACKSTORY_CACHE_DIR: join(scratch, "cache"), BACKSTORY_MODEL_DIR: join(scratch, "models") } });

export async function run(editor, { show }) {
  await open(editor, "postroom/outbox.py", 17, 9);
  await editor.idle();
  await views(editor, show);
  await lens(editor, show);
  await panel(editor, show);
  await search(editor, show);
  await menu(editor, show);
  show("notifications", await editor.notifications());
}

async function views(editor, show) {
  await editor.command("Backstory: Show History");
  show("where the keys go", await until("a history", async () => {
    const name = await focused(editor);
    return name.includes("commit") && name;
  }));
  await editor.key("ArrowDown");
  show("one down", await focused(editor));
  await editor.key("Shift+F10");
  const entries = editor.page.locator(".monaco-menu .action-item:not(.disabled) .action-label");
  await until("its menu", async () => (await entries.count()) > 0);
  show("the menu of a change", (await entries.allInnerTexts()).filter((text) => text.trim() !== ""));
  await editor.key("Escape", "Enter");
  show("Enter opens", await editor.titled(" at "));
  await editor.key("Control+w");
  await open(editor, "postroom/wire.py", 8, 5);
  await editor.command("Backstory: Show Impact");
  show("where the keys go then", await until("the impact", async () => {
    const name = await focused(editor);
    return name.startsWith("Depends on it") && name;
  }));
  await editor.key("ArrowDown");
  show("one down", await focused(editor));
  await editor.key("Enter");
  await editor.tab("outbox.py").waitFor();
  show("Enter leads to", await editor.place((place) => place !== "Ln 8, Col 5"));
}

async function lens(editor, show) {
  await open(editor, "postroom/outbox.py", 17, 9);
  const rows = editor.page.locator(".quick-input-list .monaco-list-row", { hasText: "introduced" });
  // Lenses that VS Code has kept from the last time have no commands until it asks again, which it doesn't while the palette has the keys.
  await until("the lens as a choice", async () => {
    await editor.command("Show CodeLens Commands for Current Line");
    await editor.page.waitForTimeout(1000);
    return (await rows.count()) > 0;
  });
  show("the lens of this line", await rows.allInnerTexts());
  await editor.key("Enter");
  await editor.panel().locator("#page[aria-busy=false]").waitFor();
}

async function panel(editor, show) {
  await editor.key("Control+2");
  const source = editor.panel().locator("button.cite:focus");
  await until("a source", async () => {
    await editor.key("Tab");
    return (await source.count()) > 0;
  });
  show("Tab comes to the source", await source.innerText());
  await editor.key("Enter");
  show("Enter opens", await editor.titled(" at "));
}

async function search(editor, show) {
  await editor.command("Backstory: Search Commits and Discussions by Meaning…");
  await editor.type("Search commits and discussions", "a slow server made every page slow");
  const rows = editor.page.locator(".quick-input-list .monaco-list-row");
  const texts = () => rows.allInnerTexts();
  await until("commits", async () => (await texts()).some((text) => text.includes("Queue mail")));
  show("a commit found", (await rows.first().getAttribute("aria-label")).replace(/\s+/g, " "));
  await editor.key("Enter");
  show("Enter opens", await editor.titled(".diff"));
}

async function menu(editor, show) {
  await editor.command("Backstory: Show Status");
  const rows = editor.page.locator(".quick-input-list .monaco-list-row");
  const texts = () => rows.allInnerTexts();
  show("what the menu offers", await until("the menu", async () => (await texts()).some((text) => text.includes("Show the log")) && texts()));
  await editor.key("Escape");
}

/** Opens a file at a place. */
async function open(editor, path, line, column) {
  const name = path.split("/").pop();
  await editor.pick(`the file ${path}`, ["Control+1", "Control+p"], `${path}:${line}:${column}`, name);
  await editor.place((place) => place.startsWith(`Ln ${line}, Col ${column}`));
}

/** What a screen reader says of what has the focus. */
function focused(editor) {
  return editor.page.evaluate(() => {
    const list = document.activeElement;
    const row = document.getElementById(list.getAttribute("aria-activedescendant") ?? "") ?? list;
    return row.getAttribute("aria-label") ?? row.className;
  });
}
